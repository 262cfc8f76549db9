"""How much of the machine one job of a child may take. Measured on two cores, processor seconds and peaks of address space; see each."""

MEMORY_BYTES = 3_000_000_000
"""Address space of a child: 0.36 GB when it begins. The preview of a PNG of 80 megapixels takes 1.2, with transparency 1.9, in sixteen bits
more than 2; of a photo of 320 megapixels 1.2, progressive 1.6."""
BASE_SECONDS = 10
"""Processor seconds that any job may take; of those above the costliest takes 5."""
SECONDS_A_MEGABYTE = 2
"""More of them for each megabyte of the file: whoever wants a minute must send 25 MB."""
WALL_FACTOR = 4
"""So many times its processor seconds a job may last: the machine may be busy with other work."""
MEMBER_SECONDS = 20
"""Processor seconds at least from one file of a container to the next."""
JOBS = 500
"""After so many a child is replaced: decoders' memory grows."""
RESIDENT_BYTES = 400_000_000
"""A child that holds more after a job is replaced; one that has just begun holds 0.09 GB."""
LARGEST_PICTURE = 50_000_000
"""Bytes of a preview or a crop; a page at 2,000 pixels has one million."""


def seconds_for(size: int) -> int:
    """Processor seconds that a job on so many bytes may take."""
    return BASE_SECONDS + SECONDS_A_MEGABYTE * (size // 1_000_000)
