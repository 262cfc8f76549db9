"""Who did what, asked over the API."""

from tests.api.conftest import Desk
from tests.support.pictures import a_picture


def test_the_log_tells_newest_first_what_was_done_and_where_it_stands(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    desk.client.get(f"/v1/invoices/{invoice}/original")

    first = desk.client.get("/v1/log", params={"limit": 1}).json()
    rest = desk.client.get("/v1/log", params={"cursor": first["next_cursor"]}).json()

    [viewed], [uploaded] = first["entries"], rest["entries"]
    assert (viewed["action"], viewed["actor"], viewed["subject"]) == ("original.downloaded", "local", uploaded["subject"])
    assert (uploaded["action"], uploaded["details"]["source"], rest["next_cursor"]) == ("upload.accepted", "api", None)
    assert first["head"] == rest["head"] == str(desk.service.activity.known_head())
    assert viewed["block"] in str(list((desk.folder / "archive" / "log").rglob("*.json")))


def test_a_log_without_entries_has_no_head(desk: Desk) -> None:
    assert desk.client.get("/v1/log").json() == {"entries": [], "next_cursor": None, "head": None}


def test_what_is_no_cursor_is_refused(desk: Desk) -> None:
    for cursor in ("x", "1", "1-", "-1-2", "٣-1"):
        assert desk.client.get("/v1/log", params={"cursor": cursor}).status_code == 422


def test_uploads_of_one_batch_name_it(desk: Desk) -> None:
    batch = desk.upload(("a.png", a_picture(0)))["id"]

    [entry] = desk.client.get("/v1/log").json()["entries"]

    assert entry["details"]["batch"] == batch
