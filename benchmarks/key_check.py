"""How long it takes to find out who shows a key, among many.

`python -m benchmarks.key_check [--keys N] [--checks N]`. Keys in an archive of its own, each shown as a request shows it.
"""

import random
import sys
import time
from collections.abc import Sequence

from benchmarks.report import Report, Table, arguments, percentiles, positive, publish, scratch_folder, stated
from models.access import Scope
from ocr_service.access import Access
from ocr_service.composition import build_service
from ocr_service.logs import log_to_stderr
from ocr_service.settings import Settings


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = arguments("key_check", __doc__)
    parser.add_argument("--keys", type=positive, default=200)
    parser.add_argument("--checks", type=positive, default=5_000)
    parser.add_argument("--seed", type=int, default=20261130)
    options = parser.parse_args(given)
    log_to_stderr()
    with scratch_folder(options) as folder:
        seconds = check(str(folder / "archive"), options.keys, options.checks, random.Random(options.seed))
    row = (options.keys, options.checks, *percentiles(seconds), round(1000 * max(seconds), 2))
    table = Table("One key checked", ("keys", "checks", "p50 ms", "p95 ms", "most ms"), (row,))
    publish(Report("key_check", stated(options), (table,), (), {}), options)
    return 0


def check(archive: str, keys: int, checks: int, rng: random.Random) -> list[float]:
    """Make so many keys, then show one of them at a time; the seconds of each."""
    service = build_service(Settings(archive=archive))
    try:
        access = Access.over(service.archive.store, service.catalogue, service.activity)
        secrets = [access.add_key(f"scanner-{number}", [Scope.UPLOADS_WRITE])[1] for number in range(keys)]
        return [_timed(access, rng.choice(secrets)) for _ in range(checks)]
    finally:
        service.close()


def _timed(access: Access, secret: str) -> float:
    begun = time.perf_counter()
    access.by_key(secret)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
