"""Mail over SMTP to a real local server: TLS, passwords, refusals, and what arrives."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fsbridge.adapters.mail import SmtpPost
from fsbridge.services.posting import Attachment, Letter, MailFailed
from tests.mailserver import LOGIN, PASSWORD, Inbox, certified, served

AT = datetime(2027, 10, 1, 7, tzinfo=UTC)
LETTER = Letter(
    "half-year 2027-H1",
    "町 運用報告書\r\nBcc: evil@x.jp 令和9年度上期",
    "運用報告書をお送りします。\n",
    (
        Attachment("report.pdf", "application/pdf", b"%PDF-1.7\x00\xff"),
        Attachment("a.html", "text/html", b"<p>"),
    ),
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with served(tmp_path / "mail") as server:
        yield server


@pytest.fixture
def closed_inbox(tmp_path: Path, certificate: tuple[Path, Path]) -> Iterator[Inbox]:
    with served(tmp_path / "mail", certificate) as server:
        yield server


def post(server: Inbox, security: str = "none", **more: Any) -> SmtpPost:
    host = "localhost" if security != "none" else "127.0.0.1"
    return SmtpPost(host, server.port, security, sender="center@example.jp", timeout=5, **more)


def test_a_letter_arrives_whole(inbox: Inbox) -> None:
    post(inbox).send(LETTER, "sato@example.jp", AT)
    ((to, message),) = inbox.taken
    assert (to, message["To"], message["From"]) == ("sato@example.jp", "sato@example.jp", "center@example.jp")
    assert message["Subject"] == "町 運用報告書 Bcc: evil@x.jp 令和9年度上期"
    assert message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_body()
    assert body is not None
    assert "運用報告書をお送りします。" in body.get_content()
    pdf, page = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type(), pdf.get_content()) == (
        "report.pdf", "application/pdf", b"%PDF-1.7\x00\xff",
    )  # fmt: skip
    assert page.get_payload(decode=True) == b"<p>"


def test_the_same_report_has_the_same_number_for_whoever_gets_it_twice(inbox: Inbox) -> None:
    for to in ("a@x.jp", "a@x.jp", "b@x.jp"):
        post(inbox).send(LETTER, to, AT)
    first, again, other = (message["Message-ID"] for _, message in inbox.taken)
    assert first == again != other


def test_passwords_go_over_tls_alone(closed_inbox: Inbox, certificate: tuple[Path, Path]) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    known = {"user": LOGIN, "password": PASSWORD, "context": trusted}
    post(closed_inbox, "starttls", **known).send(LETTER, "sato@example.jp", AT)
    assert len(closed_inbox.taken) == 1
    with pytest.raises(MailFailed, match="answers 535"):
        post(closed_inbox, "starttls", **{**known, "password": "wrong"}).send(LETTER, "sato@example.jp", AT)
    with pytest.raises(MailFailed, match="530"):
        post(closed_inbox).send(LETTER, "sato@example.jp", AT)
    assert len(closed_inbox.taken) == 1


def test_a_server_that_nobody_vouches_for_is_not_trusted(closed_inbox: Inbox) -> None:
    with pytest.raises(MailFailed, match=r"cannot be used: .*CERTIFICATE_VERIFY_FAILED"):
        post(closed_inbox, "starttls", user=LOGIN, password=PASSWORD).send(LETTER, "a@x.jp", AT)
    assert not closed_inbox.taken


def test_a_refused_address_and_a_missing_server_are_said(inbox: Inbox) -> None:
    with pytest.raises(MailFailed, match=r"refuses nobody@x\.jp: 550 no such mailbox"):
        post(inbox).send(LETTER, "nobody@x.jp", AT)
    away = SmtpPost("127.0.0.1", 1, "none", sender="a@x.jp", timeout=1)
    with pytest.raises(
        MailFailed, match=r"127\.0\.0\.1:1 cannot be used: .*; see mail\.host and mail\.security"
    ):
        away.send(LETTER, "a@x.jp", AT)
