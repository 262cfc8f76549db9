"""How much one file may hold before it is refused."""

from models.errors import FileTooLarge

MAX_PAGES = 50
"""Most pages that one file may have."""
MAX_PIXELS = 80_000_000
"""Most pixels that one page may have; an A4 page at 600 dpi has 35 million, a good phone's photo 50 million."""


def check_page_count(count: int) -> None:
    """Raise FileTooLarge for a file of more pages than MAX_PAGES."""
    if count > MAX_PAGES:
        raise FileTooLarge(f"The file has {count} pages; at most {MAX_PAGES} are taken. Split it.", pages=count, limit=MAX_PAGES)
