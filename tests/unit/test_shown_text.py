"""Texts of strangers on terminals and pages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shown_text import as_shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("发票 2026-03.jpg", "发票 2026-03.jpg"),
        ("一行\n二行\t三\u3000四", "一行\n二行\t三\u3000四"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("\x1b[2J\x00\x07", "\\u001b[2J\\u0000\\u0007"),
        ("a\u200bb\u2066c\u2069", "a\\u200bb\\u2066c\\u2069"),
        ("\x9b31m\x7f", "\\u009b31m\\u007f"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\udb40\\udc41"),
    ],
)
def test_signs_that_deceive_are_spelt_out(text: str, shown: str) -> None:
    assert as_shown(text) == shown


@given(st.text())
def test_json_means_the_same_when_it_is_shown(text: str) -> None:
    shown = as_shown(json.dumps({"name": text}, ensure_ascii=False))

    assert json.loads(shown) == {"name": text}
    assert all(sign.isprintable() or sign in "\n\t\r\u3000\u00a0" for sign in shown)
