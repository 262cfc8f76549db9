"""The figures of ingesting and uploading: what is counted as what, and pictures that are really different."""

from collections import Counter
from io import BytesIO

from PIL import Image

from benchmarks.ingest import Ingested, growth_of, report_of
from benchmarks.metered_worker import Meter
from benchmarks.uploads import Acknowledged, Survived, large_pictures, small_pictures
from benchmarks.uploads import report_of as uploads_report


def test_everything_but_looking_for_text_counts_as_other_work() -> None:
    meter = Meter({"rendering": 1.0, "reading": 7.0, "second_look": 1.0}, loading=2.0, whole=11.5, pages=10, resident_mb=[500.0, 510.0])
    ours = Ingested(wall=10.0, own_cpu=0.5, meters=(meter,), states=Counter(done=10))

    ingest, work = report_of(ours, 2, 15.0, {}).tables

    assert ingest.rows[0] == ("piaogen ingest, 2 processes", 10, 60.0, 4.0, 1000, "60 %", "20.0 %", 510, 10)
    assert ingest.rows[1][:4] == ("PaddleOCR in a loop", None, 15.0, 1.0)
    assert {row[0]: row[2] for row in work.rows} == {
        "reading": "70.0 %",
        "second_look": "10.0 %",
        "rendering": "10.0 %",
        "archive, index, queue": "5.0 %",
        "intake, original archived": "5.0 %",
    }


def test_memory_that_only_warms_up_does_not_grow() -> None:
    assert growth_of([300, 500, 700, 690, 700, 640, 700, 700, 700, 700]) == 0
    assert growth_of([300, 500, 700, 690, 700, 640, 700, 720, 700, 731]) == 31
    assert growth_of([]) == 0


def test_uploaded_pictures_differ_in_bytes_and_can_be_decoded() -> None:
    large, small = large_pictures(3, 1), small_pictures(50, 1)

    assert len(set(large)) == 3 and len(set(small)) == 50
    assert all(300_000 <= len(content) <= 301_000 for content in large)
    for content in (large[0], small[0]):
        Image.open(BytesIO(content)).load()


def test_what_was_lost_is_told() -> None:
    survived = Survived(Counter(server=3, worker=4), again=9, acknowledged=50, lost=1, damaged=0, unlisted=2)

    first, second = uploads_report(8, [Acknowledged(0.5, [0.01] * 19 + [0.3], 2.0, 5), Acknowledged(0, [0.2], 1.0, 0)], survived, {}).tables

    assert first.rows == ((8, "every 0.5 s", 20, 10.0, 10.0, 300.0, 10.0, 5), (8, "without a pause", 1, 200.0, 200.0, 200.0, 1.0, 0))
    assert second.rows == ((50, 3, 4, 9, 50, 1, 0, 2),)
