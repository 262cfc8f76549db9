"""A child process that sets one document with Typst: files as JSON on standard input, the PDF on standard output.

`python -P -m ocr_service.typesetting_child`. The texts are people's, and Typst is native code: it has bounds on memory and processor
time, writes no file, holds no store and no key, and reads nothing but what it was given and the fonts.
"""

import json
import resource
import sys
from typing import Any

import typst

from ocr_service.files.fonts import chinese_font
from ocr_service.typesetting_limits import CPU_SECONDS, MEMORY_BYTES, REFUSED


def main() -> None:
    """Set `main.typ` of the files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = json.load(sys.stdin.buffer)
    # Typst takes the document itself under this name.
    files: Any = {"main" if name == "main.typ" else name: text.encode() for name, text in given.items()}
    font = chinese_font()
    folders = [] if font is None else [str(font.parent)]
    try:
        pdf = typst.compile(files, font_paths=folders, ignore_system_fonts=bool(folders), format="pdf")
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        sys.exit(REFUSED)
    assert isinstance(pdf, bytes)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
