"""Whether webhooks lose, double or keep back anything while the processes that tell are killed.

`python -m benchmarks.webhooks [--kills N] [--seed N]`. Processes that hand in, read, confirm and open cases, and tell a real receiver
of it, are killed (SIGKILL) at random moments, some while they start; the receiver refuses some messages. What was told is held against
the archive.
"""

import sys
import time
from collections.abc import Sequence

from benchmarks.report import Report, Table, arguments, positive, publish, scratch_folder, stated
from benchmarks.webhooks.killing import killed_while_telling
from ocr_service.logs import log_to_stderr
from tests.support.webhook_receiver import receiver

COLUMNS = (
    "kills",
    "happenings",
    "messages taken",
    "repeated under one id",
    "lost",
    "doubled",
    "false",
    "unreported",
    "forged",
    "seconds",
)


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; 1 when anything was lost, doubled, false or unreported."""
    parser = arguments("webhooks", __doc__)
    parser.add_argument("--kills", type=positive, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(given)
    log_to_stderr()
    begun = time.perf_counter()
    with scratch_folder(options) as folder, receiver() as erp:
        found = killed_while_telling(folder / "archive", erp, options.kills, options.seed)
    wrong = (len(found.lost), len(found.doubled), len(found.false), found.unreported, found.forged)
    row = (found.kills, found.happened, found.told, found.repeated, *wrong, round(time.perf_counter() - begun, 1))
    details = {"lost": found.lost, "doubled": found.doubled, "false": found.false}
    publish(Report("webhooks", stated(options), (Table("Webhooks", COLUMNS, (row,)),), (), details), options)
    return 0 if found.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
