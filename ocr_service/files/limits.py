"""How much one file may hold before it is refused."""

from models.errors import FileTooLarge

MAX_PAGES = 10_000
"""Most pages that any setting lets a file have."""
DEFAULT_MAX_PAGES = 500
"""A feeder holds as many sheets; at a second a page they take eight minutes to read."""
MAX_PIXELS = 80_000_000
"""Most pixels that one page is read from; an A4 page at 600 dpi has 35 million, a good phone's photo 50 million."""


def check_page_count(count: int, most: int = MAX_PAGES) -> None:
    """Raise FileTooLarge for a file of more than so many pages."""
    if count > most:
        raise FileTooLarge(f"The file has {count} pages; at most {most} are taken. Split it.", pages=count, limit=most)
