"""Picture files that end in zeros: padding, or pixels that never arrived.

A copy or download that breaks off in a file of its full length leaves zeros at its end. Cameras and fax machines pad whole files with
zeros, too. What tells them apart: whatever stands in place of padding, the picture is the same.
"""

import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.document import MediaType
from models.errors import UnreadableFile
from ocr_service.files.pictures import picture_frames

Mask = NDArray[np.bool_]

_FEWEST = 64
"""Bytes; so many zeros in a row are met by chance in no compressed picture."""
_SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of a value of a TIFF by its type; 1 for the others."""
_NOT_COMPRESSED = frozenset({"raw", 0, 3})
"""What Pillow says of TIFF and BMP in which zeros may be pixels, black ones."""
_OTHER = b"\x5a\xc3"
"""Put in the zeros' place; as codes of Group 4 it makes black and white."""
_OTHER_ROWS = b"\x00\x17\xdf"
"""The same for Group 3 (ITU-T T.4, table 2): the mark that begins a row, then two white dots, two black, two white, two black."""
_FEWEST_ROWS = 3
"""Rows of nothing but zeros; of fewer no character is lost."""
_SHARE_OF_A_ROW = 0.02
"""So much of the row in which zeros begin must be theirs."""
_GOES_ON = 0.5
"""Share of the next row's pixels there that are something else; under a scanner's black lid the edge of a paper is no step."""


def check_tail(content: bytes, media_type: MediaType, max_pixels: int) -> None:
    """Refuse a picture file, that otherwise decodes, in which zeros stand in place of the last pixels; free for files that do not end so.

    Raises:
        UnreadableFile: zeros stand where the rest of the picture should.
    """
    content = content[: _declared_end(content, media_type)]
    body = len(content.rstrip(b"\0"))
    if len(content) - body < _FEWEST or media_type is MediaType.JPEG:
        return  # a JPEG's codes end at a marker, or it was refused already
    fillings: tuple[bytes, ...] = (_OTHER,)
    if media_type is MediaType.TIFF:
        body, fillings = max(body, _directories_end(content)), (_OTHER, _OTHER_ROWS)
    if not all(_is_the_same(content, body, filling, media_type, max_pixels) for filling in fillings):
        raise UnreadableFile("The end of the file is nothing but zeros: it did not arrive whole. Send the file again.")


def _declared_end(content: bytes, media_type: MediaType) -> int:
    """Where the container says that its last part ends, as far as it says so: what follows is padding, whatever zeros stand before it."""
    if media_type is MediaType.WEBP:
        return 8 + int.from_bytes(content[4:8], "little")
    if media_type not in (MediaType.HEIC, MediaType.AVIF):
        return len(content)
    end = 0
    # ISO/IEC 14496-12, 4.2: boxes one after another, each with its size and its name; a size below 8 says something else.
    while (size := int.from_bytes(content[end : end + 4], "big")) >= 8:
        end += size
    return end if int.from_bytes(content[end : end + 8], "big") == 0 else len(content)


def _directories_end(content: bytes) -> int:
    """Where the directories of a TIFF and their values end (TIFF 6.0, section 2): zeros at the end of one say that none follows."""
    order = "<" if content.startswith(b"II") else ">"
    end, seen = 8, set[int]()
    (place,) = struct.unpack_from(f"{order}I", content, 4)
    while place and place not in seen and place + 2 <= len(content):
        seen.add(place)
        (entries,) = struct.unpack_from(f"{order}H", content, place)
        end = max(end, place + 2 + 12 * entries + 4)
        for number in range(entries):
            _, form, count, value = struct.unpack_from(f"{order}HHII", content.ljust(end, b"\0"), place + 2 + 12 * number)
            size = _SIZES.get(form, 1) * count
            end = max(end, value + size if size > 4 else 0)
        entries_end = place + 2 + 12 * entries
        place = int.from_bytes(content[entries_end : entries_end + 4], "little" if order == "<" else "big")
    return min(end, len(content))


def _is_the_same(content: bytes, begin: int, filling: bytes, media_type: MediaType, max_pixels: int) -> bool:
    """Whether the picture needs no zeros from `begin` on: with a `filling` in their place it is the same, or black as paper may be."""
    other = (content[:begin] + filling * (-(-(len(content) - begin) // len(filling))))[: len(content)]
    try:
        pairs = zip(picture_frames(content, media_type, max_pixels), picture_frames(other, media_type, max_pixels), strict=True)
        return not any(_is_filled(frame, changed) for frame, changed in pairs)
    except UnreadableFile:
        return False


def _is_filled(frame: Image.Image, changed: Image.Image) -> bool:
    """Whether zeros in place of pixels made a frame; `changed` is what other bytes in their place make of it."""
    pixels = np.asarray(frame)
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    differing = (pixels != np.asarray(changed).reshape(pixels.shape)).any(axis=2)
    if not differing.any():
        return False
    return frame.info.get("compression") not in _NOT_COMPRESSED or _breaks_off(np.asarray(pixels.any(axis=2)), differing)


def _breaks_off(is_lit: Mask, is_zero: Mask) -> bool:
    """Whether the black pixels at the end of a file begin inside a row whose neighbour goes on: paper ends nowhere like that."""
    counts = is_zero.sum(axis=1)
    if np.count_nonzero(counts == is_zero.shape[1]) < _FEWEST_ROWS:
        return False
    for row in np.flatnonzero((counts >= _SHARE_OF_A_ROW * is_zero.shape[1]) & (counts < is_zero.shape[1])):
        arrived = is_lit[row][~is_zero[row]].mean()
        for neighbour in (row - 1, row + 1):  # bitmaps are mostly written from their last row up
            if 0 <= neighbour < len(is_lit) and min(arrived, is_lit[neighbour][is_zero[row]].mean()) > _GOES_ON:
                return True
    return False
