"""The pages of papers, as a browser without JavaScript gets them and in a real one at two sizes."""

from tests.api.conftest import Desk


def record(desk: Desk, labels: str, kind: str, **said: str) -> str:
    return str(desk.client.post("/papers", data={"labels": labels, "kind": kind, **said}).text)


def test_a_label_is_typed_and_what_happened_is_shown_with_the_invoice(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    label = desk.client.get(f"/v1/papers/{invoice}").json()["label"]
    assert "未签收" in desk.client.get(f"/invoices/{invoice}").text

    shown = record(desk, f" {label} \n", "received", person="王样")
    assert "已记：已签收" in shown and "王样" in shown
    assert "已签收" in desk.client.get(f"/invoices/{invoice}").text
    opened = desk.client.get("/papers/open", params={"label": label})
    assert opened.url.path == f"/papers/{invoice}"


def test_each_of_several_labels_is_told_for_itself_and_those_that_failed_stay(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    foreign = f"PIAOGEN:{'f' * 32}:{invoice}"
    shown = record(desk, f"{invoice}\n{foreign}\n{'0' * 20}-1", "received")

    assert "已记：已签收" in shown
    assert "这是另一个档案的标签" in shown and "没有这张票" in shown
    assert f"{foreign}\n{'0' * 20}-1</textarea>" in shown


def test_what_cannot_be_says_what_to_do(desk: Desk) -> None:
    invoice = desk.archived_invoice()

    assert "请先补记借出或税局调取" in record(desk, invoice, "returned")
    assert "请填写应还日期" in record(desk, invoice, "lent", person="李四")
    assert "请填写应还日期" in record(desk, invoice, "lent", person="李四", due="morgen")
    assert "跳过请在备注里说明原因" in record(desk, invoice, "lent", person="李四", due="2020-04-01")
    assert "请选择做了什么" in record(desk, invoice, "")
    assert "没有这张票" in record(desk, "", "received")


def test_who_has_a_paper_too_long_and_what_is_missing_is_listed_with_what_to_do(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    record(desk, invoice, "boxed", box="2026-01", note="散票")
    assert 'href="/papers?box=2026-01"' in desk.client.get(f"/papers/{invoice}").text
    record(desk, invoice, "lent", person="李四", due="2020-04-01", note="补录")
    shown = desk.client.get("/papers").text
    assert "逾期" in shown and "李四" in shown and "/papers?box=2026-01" in shown

    record(desk, invoice, "returned")
    record(desk, invoice, "missing")
    shown = desk.client.get("/papers", params={"box": "2026-01"}).text
    assert f'href="/losses/new?invoice={invoice}"' in shown and "盒 2026-01" in shown


def test_a_form_that_somebody_else_was_quicker_than_records_nothing(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    record(desk, invoice, "received")

    for version in ("0", "9" * 5_000, "一", "-1"):
        assert "别人刚记过一笔" in record(desk, invoice, "received", version=version)
    assert desk.client.get(f"/v1/papers/{invoice}").json()["version"] == 1


def test_a_box_is_counted_and_each_missing_paper_leads_to_a_loss_case(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    record(desk, invoice, "boxed", box="2026-01", note="散票")
    page = desk.client.post("/stocktakings", data={"box": "2026-01"})
    assert "应有 1，已见 0，未见 1" in page.text and f'href="/losses/new?invoice={invoice}"' in page.text

    refused = desk.client.post(page.url.path, data={"labels": f"{invoice} nothing"})
    assert refused.status_code == 422 and "没有这张票" in refused.text and "已见 1" in refused.text
    closed = desk.client.post(f"{page.url.path}/close")
    assert "已结束" in closed.text and "全部见到" in closed.text
    assert desk.client.post(page.url.path, data={"labels": invoice}).status_code == 409
    assert "请填一个盒" in desk.client.post("/stocktakings", data={"box": "2026-02"}).text


def test_forms_are_printed_and_taken_out_as_tables(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    record(desk, invoice, "received", person="=王样")
    record(desk, invoice, "bound", voucher="记-12", volume="2026-03-1")
    record(desk, invoice, "boxed", box="2026-01", place="A-3")
    record(desk, invoice, "lent", person="李四", due="2020-04-01")

    def table(form: str, **where: str) -> str:
        return str(desk.client.get("/papers/print", params={"form": form, "table": "csv", **where}).text)

    assert "63462197,2018-10-02" in table("receipt", box="2026-01") and "'=王样" in table("receipt", box="2026-01")
    assert "记-12,2026-03-1,local" in table("binding", first="2018-10-01", last="2018-10-31")
    assert "李四" in table("loans") and "2020-04-01" in table("loans")
    assert "记-12,2026-03-1,2026-01,A-3,借出中" in table("box", box="2026-01")
    page = desk.client.get("/papers/print", params={"form": "box", "box": "2026-01"})
    assert (
        "<h1>档案盒目录</h1>" in page.text
        and "起止凭证号：记-12 – 记-12" in page.text
        and "script" not in page.headers["content-security-policy"]
    )
    for wrong in ({"form": "handover", "box": "2026-01"}, {"form": "box"}, {"form": "box", "first": "x", "last": "y"}):
        assert desk.client.get("/papers/print", params=wrong).status_code == 422


def test_a_count_is_printed_with_what_is_missing(desk: Desk) -> None:
    invoice = desk.archived_invoice()
    record(desk, invoice, "boxed", box="2026-01", note="散票")
    path = desk.client.post("/stocktakings", data={"box": "2026-01"}).url.path

    assert "在,不在,缺失" in desk.client.get(f"{path}/print", params={"table": "csv"}).text
    assert "纸票盘点表" in desk.client.get(f"{path}/print").text
