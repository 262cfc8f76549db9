"""What a form without files says."""

from fastapi import Request


async def form_texts(request: Request) -> dict[str, str]:
    """The texts by the names of their fields."""
    form = await request.form(max_files=0, max_fields=200)
    return {name: text for name, text in form.items() if isinstance(text, str)}
