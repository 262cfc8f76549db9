"""The command that changes the key of a sealed archive: `piaogen rekey`."""

from contextlib import suppress
from dataclasses import replace

from models.activity import Action
from models.errors import PiaogenError
from ocr_service.terminal import Archive, AsJson, open_service, say, settings_at


def rekey(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Have the archive open with PIAOGEN_NEXT_SEAL_KEY instead of PIAOGEN_SEAL_KEY; nothing that is stored is rewritten."""
    from ocr_service.composition import rotate_seal

    settings = settings_at(archive)
    places = rotate_seal(settings)
    # The key is another by now, whatever comes of the entry.
    with suppress(PiaogenError), open_service(replace(settings, seal_key=settings.next_seal_key), create=False) as service:
        service.activity.note(Action.ARCHIVE_REKEYED, places=len(places))
    if as_json:
        say({"rotated": list(places)})
        return
    say(f"已更换密钥 the key was changed: {', '.join(places)}; PIAOGEN_SEAL_KEY = PIAOGEN_NEXT_SEAL_KEY")
