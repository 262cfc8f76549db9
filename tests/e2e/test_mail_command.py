"""`piaogen mail`: a mailbox emptied into the archive, on the command line."""

from pathlib import Path

from tests.support.command import piaogen, start_piaogen
from tests.support.dovecot import PASSWORD, dovecot
from tests.support.mails import mail
from tests.support.pictures import a_picture
from tests.support.waiting import until


def test_what_is_there_is_taken_and_what_comes_later_is_told_by_the_server(tmp_path: Path) -> None:
    archive, password = tmp_path / "archive", tmp_path / "password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    with dovecot() as server:
        settings = server.settings("wang") | {"mail_password": f"file:{password}", "mail_poll_seconds": "3600"}
        server.deliver("wang", mail(("a.png", a_picture(1))), mail(number=2))
        once = piaogen("mail", "--once", "--json", archive=archive, **settings)
        process = start_piaogen("mail", "--json", archive=archive, **settings)
        server.deliver("wang", mail(("b.png", a_picture(2)), number=3))
        until(lambda: server.lying("wang", "INBOX") == [])
        server.deliver("wang", mail(("c.png", a_picture(3)), number=4))
        until(lambda: server.lying("wang", "INBOX") == [])
        process.terminate()
        out, err = process.communicate(timeout=60)

        assert (once.code, [line["outcome"] for line in once.lines]) == (3, ["archived", "refused"]), once.err
        assert (process.returncode, len(out.splitlines())) == (0, 2), err
        assert [len(server.lying("wang", name)) for name in ("Archived", "Refused")] == [3, 1]
    assert piaogen("audit", "--json", archive=archive).lines[0]["documents"] == 3


def test_what_is_set_wrongly_is_told_and_never_the_password(tmp_path: Path) -> None:
    unset = piaogen("mail", "--once", archive=tmp_path / "archive")
    reach = {"mail_server": "imap.example.com", "mail_user": "wang"}
    clear = piaogen("mail", archive=tmp_path / "archive", mail_tls="none", mail_password="geheim", **reach)
    missing = piaogen("mail", archive=tmp_path / "archive", mail_password=f"file:{tmp_path}/nowhere", **reach)
    circle = piaogen("mail", archive=tmp_path / "archive", mail_password="geheim", mail_archived="INBOX", **reach)
    away = piaogen("mail", "--once", archive=tmp_path / "archive", mail_server="127.0.0.1:1", mail_user="w", mail_password="geheim")

    assert [result.code for result in (unset, clear, missing, circle, away)] == [2, 2, 2, 2, 6]
    assert "PIAOGEN_MAIL_SERVER" in unset.err
    assert "in clear" in clear.err
    assert "cannot be read" in missing.err
    assert "PIAOGEN_MAIL_AFTER=flag" in circle.err
    assert "mailbox_unavailable" in away.err
    assert "geheim" not in clear.err + away.err
