"""A few kills of a real service in use; `make soak` does three hundred."""

import random
import threading
from pathlib import Path

from benchmarks.soak.grounds import OPENING, SERVER, WORKER, Grounds
from benchmarks.soak.ledger import Ledger, Said
from benchmarks.soak.people import CORRECTOR, UPLOADER, VISITOR, Person
from benchmarks.soak.verdict import drain, judge
from models.digest import Digest
from tests.support.pictures import a_picture
from tests.support.waiting import until


def test_what_was_acknowledged_outlives_kills_and_what_is_lost_would_be_noticed(tmp_path: Path) -> None:
    ledger, done = Ledger(), threading.Event()
    rng = random.Random(7)
    with Grounds(tmp_path, workers=1, on_s3=False) as grounds:
        people = [Person(grounds, ledger, random.Random(number), 0, 1, (0.0, 0.5)) for number in range(3)]
        acts = (UPLOADER, CORRECTOR, VISITOR)
        threads = [threading.Thread(target=one.work, args=(done, its)) for one, its in zip(people, acts, strict=True)]
        for thread in threads:
            thread.start()
        until(lambda: len(ledger.sent) > 1)
        for kind in (OPENING, SERVER, WORKER):
            grounds.strike(kind, rng)
        until(lambda: any(one.certain for said in ledger.said.values() for one in said))
        done.set()
        for thread in threads:
            thread.join()
        drain(grounds)
        grounds.server.stop()
        verdict = judge(grounds, ledger)

        assert (verdict.lost, verdict.doubled, verdict.wrong) == ((), (), ())
        assert grounds.kills == {OPENING: 1, WORKER: 1, SERVER: 1}
        assert verdict.counts["corrections"] >= 1

        corrected = next(name for name, said in ledger.said.items() if any(one.certain for one in said))
        ledger.acknowledge([a_picture(1)], "b")
        ledger.say(corrected, Said("never written", certain=True))
        ledger.offered.remove(next(iter(ledger.sent)))
        pretended = judge(grounds, ledger, audits=False)

    assert f"{Digest.of(a_picture(1))} is not kept" in pretended.lost
    assert f"the correction never written of {corrected}" in pretended.lost
    assert len(pretended.doubled) == 1
