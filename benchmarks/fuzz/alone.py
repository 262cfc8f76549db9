"""`python -m benchmarks.fuzz.alone PARSER [libFuzzer's options] CORPUS`: one parser fuzzed until its time is over or it breaks."""

import sys
import warnings

import atheris

_OURS = ["models", "ocr_service.files", "ocr_service.ofd", "ocr_service.embedded", "ocr_service.stages.intake", "api.receiving"]


def main() -> None:
    """Never returns: libFuzzer ends the process."""
    warnings.simplefilter("ignore", UserWarning)
    with atheris.instrument_imports(include=_OURS):
        from benchmarks.fuzz.targets import try_one  # noqa: PLC0415  # what is loaded here is watched

    name = sys.argv[1]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], lambda data: try_one(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
