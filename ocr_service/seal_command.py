"""The command that changes the key of a sealed archive: `piaogen rekey`."""

from ocr_service.terminal import Archive, AsJson, say, settings_at


def rekey(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Have the archive open with PIAOGEN_NEXT_SEAL_KEY instead of PIAOGEN_SEAL_KEY; nothing that is stored is rewritten."""
    from ocr_service.composition import rotate_seal

    places = rotate_seal(settings_at(archive))
    if as_json:
        say({"rotated": list(places)})
        return
    say(f"已更换密钥 the key was changed: {', '.join(places)}; PIAOGEN_SEAL_KEY = PIAOGEN_NEXT_SEAL_KEY")
