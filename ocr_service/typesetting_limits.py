"""What setting one document may take. Measured on two cores of 2023 with a pack of eleven pages: 0.6 seconds, 0.1 GB of memory."""

MEMORY_BYTES = 2_000_000_000
"""Address space, most of which threads and fonts only reserve."""
CPU_SECONDS = 20
WALL_SECONDS = 60
"""The machine may be busy with other work."""
REFUSED = 3
"""Exit code of the child where Typst says that the document cannot be set."""
