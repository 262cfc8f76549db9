"""What a form without files says."""

import re
from collections.abc import Mapping

from fastapi import Request


async def form_texts(request: Request) -> dict[str, str]:
    """The texts by the names of their fields."""
    form = await request.form(max_files=0, max_fields=200)
    return {name: text for name, text in form.items() if isinstance(text, str)}


def version_of(texts: Mapping[str, str]) -> int | None:
    """The version that a form was filled in for; None where it says none, and one that no record has for what is no number."""
    text = texts.get("version", "")
    if not text:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1
