"""An engine that hangs on Temporal holds a worker process up only for so long: it is ended, and the document is given to another."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.archive import DocumentState
from models.digest import Digest
from storage.catalogue.outbox import OUTSIDE, Outbox
from tests.support.command import ROOT
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in

_HANGING = """
import re, sys
from pathlib import Path
from temporalio.testing import ActivityEnvironment
from ocr_service.opened import Upload
from ocr_service.job_limits import JobLimits
from ocr_service.temporal.activities import Activities
from ocr_service.temporal.orders import ReadingOrder
from storage.catalogue.outbox import OUTSIDE, Outbox
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in

class Hanging:
    def read(self, scan):
        re.fullmatch("(a*)*b", "a" * 60)

service = service_in(Path(sys.argv[1]), Hanging())
service.submit(Upload(a_picture(1), "a.png"), "api")
[job] = Outbox(service.catalogue).reserve(1, 0)
activities = Activities(service, Outbox(service.catalogue), None, f"{OUTSIDE}stuck", 0.6, print, JobLimits(0.3, 0, 4000))
ActivityEnvironment().run(activities.read_document, ReadingOrder(job.document.hex, job.version, job.id, 0.6))
"""


def test_a_process_whose_engine_holds_the_interpreter_is_ended_and_its_document_waits_for_another(tmp_path: Path) -> None:
    stuck = subprocess.run([sys.executable, "-c", _HANGING, str(tmp_path)], cwd=ROOT, timeout=60, check=False)
    service = service_in(tmp_path, ScriptedReader())
    before = service.document(Digest.of(a_picture(1))).state
    outbox = Outbox(service.catalogue, clock=lambda: datetime.now(UTC) + timedelta(minutes=1))
    [job] = outbox.reserve(1, 60)
    heir = outbox.take(job.id, job.document, f"{OUTSIDE}heir", 60)
    service.catalogue.close()

    assert stuck.returncode == -signal.SIGALRM
    assert before is DocumentState.RUNNING
    assert heir is not None
    assert heir.attempt == 2
