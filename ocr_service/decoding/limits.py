"""How much of the machine one job of a child may take. Measured on two cores of 2.1 GHz, see each."""

MEMORY_BYTES = 2_000_000_000
"""Address space of a child. It has 0.4 GB when it begins; the preview of a photo of 320 megapixels, the
largest that is taken, needs 1.5."""
BASE_SECONDS = 10
"""Processor seconds that any job may take; the preview of the largest PNG (80 megapixels) takes 3."""
SECONDS_A_MEGABYTE = 2
"""More of them for each megabyte of the file: whoever wants a minute must send 25 MB. 500 pages of a fax (20 MB) take 20."""
WALL_FACTOR = 4
"""So many times its processor seconds a job may last: the machine may be busy with other work."""
MEMBER_SECONDS = 20
"""Processor seconds from one file of a container to the next; 4 GB of zeros unfold in 9."""
JOBS = 500
"""After so many a child is replaced: decoders' memory grows."""
RESIDENT_BYTES = 400_000_000
"""A child that holds more after a job is replaced; one that has just begun holds 0.09 GB."""
LARGEST_PICTURE = 50_000_000
"""Bytes of a preview or a crop; a page at 2,000 pixels has one million."""


def seconds_for(size: int) -> int:
    """Processor seconds that a job on so many bytes may take."""
    return BASE_SECONDS + SECONDS_A_MEGABYTE * (size // 1_000_000)
