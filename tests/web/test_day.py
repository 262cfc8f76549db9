"""The day, the list of batches and the page of one, for people of several departments."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from models.access import EVERYTHING, Role
from models.digest import Digest
from storage.catalogue.day import DayFigures
from tests.api.conftest import Desk, desk
from tests.support.example_reading import SCAN, example_invoice, reading_of
from tests.support.logins import person
from tests.support.pictures import a_picture

__all__ = ["desk"]

HTML = {"Accept": "text/html"}


def opened(client: TestClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def numbers(html: str) -> dict[str, str]:
    """The figures of the day by their words."""
    return {words.strip(): number for number, words in re.findall(r"<b>([^<]+)</b>([^<]+)", html)}


def test_the_day_counts_what_came_and_what_is_open(desk: Desk) -> None:
    desk.upload((SCAN.name, SCAN.read_bytes()), ("a.png", a_picture(0)))
    desk.read_everything()
    desk.upload(("b.png", a_picture(1)))
    html = opened(desk.client, "/today")

    assert numbers(html)["今天收到"] == "3"
    assert numbers(html)["待复核"] == "2"
    assert "等待识别 1" in html
    assert "还没有核对过" in html


def test_one_number_in_two_files_is_to_be_decided(desk: Desk) -> None:
    other = SCAN.read_bytes() + bytes(1)
    desk.reader.scripts[Digest.of(other)] = lambda scan: reading_of(scan, example_invoice())
    desk.upload((SCAN.name, SCAN.read_bytes()), ("again.jpg", other))
    desk.read_everything()

    assert numbers(opened(desk.client, "/today"))["同号重复，待定"] == "1"


def test_whoever_comes_again_is_told_what_came_meanwhile(desk: Desk) -> None:
    figures = DayFigures(desk.service.catalogue, EVERYTHING)
    now = datetime.now(UTC)
    assert figures.visit("local", now - timedelta(hours=2)) is None
    desk.upload(("a.png", a_picture(0)))

    assert "收到 1 份" in opened(desk.client, "/today")
    assert "收到 1 份" in opened(desk.client, "/today"), "looking twice forgets nothing"


@pytest.mark.parametrize(
    ("minutes", "told"),
    [((0, 10), None), ((0, 45), 0), ((0, 45, 46), 0), ((0, 45, 100), 45), ((100, 0, 45), 0)],
    ids=["still here", "back", "looked twice", "back again", "clock set back"],
)
def test_a_visit_ends_after_half_an_hour(desk: Desk, minutes: tuple[int, ...], told: int | None) -> None:
    figures, begin = DayFigures(desk.service.catalogue, EVERYTHING), datetime(2026, 3, 2, 8, tzinfo=UTC)
    seen = [figures.visit("user:wang", begin + timedelta(minutes=minute)) for minute in minutes]

    assert seen[-1] == (None if told is None else begin + timedelta(minutes=told))


def test_batches_are_listed_with_who_how_and_what_became_of_them(desk: Desk) -> None:
    desk.upload((SCAN.name, SCAN.read_bytes()), ("no.txt", b"text"))
    desk.read_everything()
    html = opened(desk.client, "/batches")

    assert "本机" in html
    assert "接口" in html
    assert "待复核 1" in html
    assert "未收：文件有问题 1" in html


def test_the_list_goes_on_behind_its_page(desk: Desk) -> None:
    ids = [desk.upload((f"{number}.png", a_picture(number % 3)))["id"] for number in range(33)]
    first = opened(desk.client, "/batches")
    [cursor] = re.findall(r"/batches\?cursor=([^\"]+)", first)
    second = opened(desk.client, f"/batches?cursor={cursor}")
    listed = [re.findall(r'data-batch-row="([^"]+)"', html) for html in (first, second)]

    assert [len(found) for found in listed] == [30, 3]
    assert listed[0] + listed[1] == ids[::-1]


def test_programs_are_told_the_same(desk: Desk) -> None:
    ids = [desk.upload((f"{number}.png", a_picture(number)), ("no.txt", b"text"))["id"] for number in range(3)]
    first = desk.client.get("/v1/batches", params={"limit": 2}).json()
    second = desk.client.get("/v1/batches", params={"cursor": first["next_cursor"]}).json()

    assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
    assert first["items"][0]["counts"] == {"queued": 1, "refused": 1}
    assert (first["items"][0]["source"], first["items"][0]["sent_by"]) == ("api", "local")
    assert second["next_cursor"] is None


def test_no_cursor_of_ours_is_refused(desk: Desk) -> None:
    assert desk.client.get("/batches?cursor=x", headers=HTML).status_code == 422


def test_a_batch_shows_files_of_one_state_and_a_part_at_a_time(desk: Desk) -> None:
    batch = desk.upload(*((f"{number:02d}.png", a_picture(number % 3)) for number in range(60)), ("no.txt", b"text"))["id"]
    whole = opened(desk.client, f"/batches/{batch}")
    rest = opened(desk.client, f"/batches/{batch}?after=50")
    refused = opened(desk.client, f"/batches/{batch}?state=refused")

    assert (whole.count("<tr data-state"), rest.count("<tr data-state"), refused.count("<tr data-state")) == (50, 11, 1)
    assert "after=50" in whole
    assert "no.txt" in refused


def test_a_batch_leads_to_its_review(desk: Desk) -> None:
    batch = desk.upload(("a.png", a_picture(0)))["id"]
    desk.upload(("b.png", a_picture(1)))
    desk.read_everything()
    listed = opened(desk.client, f"/review?batch={batch}")

    assert f"/review/desk?batch={batch}" in opened(desk.client, f"/batches/{batch}")
    assert "a.png" in listed
    assert "b.png" not in listed


def test_a_thumbnail_is_small(desk: Desk) -> None:
    desk.upload((SCAN.name, SCAN.read_bytes()))
    picture = desk.client.get(f"/documents/{Digest.of(SCAN.read_bytes())}/thumbnail")

    assert picture.headers["content-type"] == "image/jpeg"
    assert len(picture.content) < 20_000
    assert "immutable" in picture.headers["cache-control"]


def test_a_department_sees_its_own_batches_and_day(desk: Desk) -> None:
    app = desk.client.app
    north = person(app, Role.CLERK, departments=frozenset({"north"}), name="north")
    south = person(app, Role.CLERK, departments=frozenset({"south"}), name="south")
    batch = north.client.post("/v1/uploads", files=[("files", ("north.png", a_picture(0)))]).json()["id"]

    assert batch in opened(north.client, "/batches")
    assert numbers(opened(north.client, "/today"))["今天收到"] == "1"
    assert batch not in opened(south.client, "/batches")
    assert numbers(opened(south.client, "/today"))["今天收到"] == "0"
    assert "档案状况" not in opened(south.client, "/today"), "that is about the documents of all"


def test_whoever_only_hands_in_sees_the_own_batches(desk: Desk) -> None:
    app = desk.client.app
    one, other = (person(app, Role.UPLOADER, name=name) for name in ("one", "other"))
    batch = one.client.post("/v1/uploads", files=[("files", ("a.png", a_picture(0)))]).json()["id"]

    assert batch in opened(one.client, "/batches")
    assert batch not in opened(other.client, "/batches")
    assert "/thumbnail" not in opened(one.client, f"/batches/{batch}")
    assert one.client.get("/today", headers=HTML).status_code == 403
