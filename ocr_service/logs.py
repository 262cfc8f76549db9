"""Where log lines go: to standard error, so that standard output stays what the command was asked for."""

import logging
import sys

import structlog


def log_to_stderr() -> None:
    """Set this process up; every process of the program calls it once."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_printer,
    )


def _printer(*_name: object) -> structlog.PrintLogger:
    """Asked for at each line: whoever puts another file in the place of standard error gets the lines, and a closed one gets none."""
    return structlog.PrintLogger(sys.stderr)
