"""The words of the review desk and of what leaves it, Chinese and English side by side."""

from collections.abc import Mapping

from api.web.language import Pair

GROUNDS: Mapping[str, Pair] = {
    "void": ("已作废", "Withdrawn"),
    "not_invoice": ("不是发票", "No invoice"),
    "retake": ("已退回重拍", "Sent back for a new picture"),
}
"""Why something is out of the lists."""

DESK: Mapping[str, Pair] = {
    "returned_for_retake": ("请重拍：{reason}", "Please take another picture: {reason}"),
}
