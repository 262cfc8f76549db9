"""Names of files that every system takes, no two of them alike to any."""

import re
import unicodedata

MOST_BYTES = 150
"""Of a name in UTF-8; systems take 255, and people put such files into folders with long names of their own."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names of devices (Naming Files, Paths, and Namespaces, Microsoft), with any ending too."""
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of what nobody sees in a name: among them the signs that turn `fdp.exe` round."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


def safe_part(text: str) -> str:
    """A text as a part of a name: without what Windows forbids, what nobody sees, and white space at its ends."""
    seen = "".join(one for one in unicodedata.normalize("NFC", text) if unicodedata.category(one) not in _UNSEEN)
    return " ".join(_FORBIDDEN.sub("_", seen).split()).strip(" .")


def suffix_of(file_name: str) -> str:
    """The ending of a sender's file name, in small letters; empty where it has none that says anything."""
    found = "." + file_name.rpartition(".")[2].lower() if "." in file_name else ""
    return found if _SUFFIX.fullmatch(found) else ""


class Names:
    """Gives names out, none twice: those that differ in case alone are one name to Windows and to macOS."""

    def __init__(self, *taken: str) -> None:
        self._taken = {name.casefold() for name in taken}

    def give(self, parts: list[str], suffix: str, distinct: str) -> str:
        """The parts joined by `_`, and `distinct` behind them where somebody has that name already, or where there are none."""
        stem = _cut("_".join(part for part in map(safe_part, parts) if part), MOST_BYTES).rstrip(" .")
        if not stem or _RESERVED.fullmatch(stem + suffix) or (stem + suffix).casefold() in self._taken:
            stem = f"{stem}_{distinct}" if stem else distinct
        if _RESERVED.fullmatch(stem + suffix):
            # Behind a dot nothing helps: `aux.1_ab` is the device as well.
            stem = f"{distinct}_{stem}"
        name, more = stem + suffix, 1
        while name.casefold() in self._taken:
            more += 1
            name = f"{stem}-{more}{suffix}"
        self._taken.add(name.casefold())
        return name


def _cut(text: str, most: int) -> str:
    return text.encode("utf-8")[:most].decode("utf-8", "ignore")
