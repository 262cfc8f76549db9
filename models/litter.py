"""Names that file managers, network storages and copying programs leave in folders of others."""

_WINDOWS = ("thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "system volume information")
_STORAGES = ("@eadir", "#recycle", "#snapshot", "lost+found")
_NAMES = frozenset({*_WINDOWS, *_STORAGES, "__macosx"})


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is nobody's document and no part of an archive: hidden, or one of those of Windows, macOS,
    Synology (`@eaDir`) and their kin, in whatever case."""
    return (name.startswith(".") and name not in {".", ".."}) or name.casefold() in _NAMES


_PARTS = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", ".temp", ".!qb", ".aria2", ".opdownload")


def is_unfinished(name: str) -> bool:
    """Whether a file of this name is one that a program is still writing, or its lock: browsers, copying programs and Office rename theirs
    when they are done."""
    return name.startswith("~$") or name.endswith("~") or name.casefold().endswith(_PARTS)
