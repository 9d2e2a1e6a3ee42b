"""What is composed for mailed reports: the job, its addresses, and the child process that makes the files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fsbridge.adapters.store import Store
from fsbridge.app import Watch
from fsbridge.config import Settings, load
from fsbridge.domain.reporting.periods import Kind, last_over, period_of
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.posting import letter_of, mail_job, pulse_job
from tests.mailserver import served


def settings_of(home: Path, **more: str) -> Settings:
    return load(home=home, environment={f"FSBRIDGE_{name}": value for name, value in more.items()})


def test_the_job_mails_what_is_due(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    store.migrate()
    with served(tmp_path / "mail") as inbox:
        settings = settings_of(
            tmp_path, MAIL_HOST="127.0.0.1", MAIL_PORT=str(inbox.port), MAIL_SECURITY="none",
            MAIL_SENDER="center@example.jp", MAIL_DAILY="a@x.jp, b@x.jp", MAIL_FORMS="html", MAIL_AT="00:00",
        )  # fmt: skip
        job = mail_job(settings, store)
        assert job is not None
        now = datetime.now(UTC)
        yesterday = last_over(Kind.DAY, (now + timedelta(hours=9)).date())
        said = job.work(now)
        assert said == f"sent daily {yesterday.key} to a@x.jp, daily {yesterday.key} to b@x.jp"
        assert job.work(now) == ""
        assert [to for to, _ in inbox.taken] == ["a@x.jp", "b@x.jp"]
    store.close()


def test_a_report_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    with pytest.raises(FsbridgeError, match="could not be made: Error: there is no centre in"):
        letter_of(settings_of(tmp_path), period_of(Kind.DAY, "2025-03-03"))


def test_the_pulse_goes_by_what_the_watch_missed(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    store.migrate()
    watch = Watch("127.0.0.1", 1, "x")
    now = datetime(2027, 4, 1, 3, tzinfo=UTC)
    watch.floor.missed(now - timedelta(seconds=40), now, "closed by FreeSWITCH")
    job = pulse_job(store, watch)
    assert job.work(now) == "link gone for 40 s"
    assert job.work(now + timedelta(seconds=30)) == ""
    store.close()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"MAIL_HOST": "x"}, "mail.sender is empty, and mail.host is not; give the address"),
        ({"MAIL_SENDER": "a@x\nBcc: b@x"}, "mail.sender holds"),
        ({"MAIL_DAILY": "nobody"}, "mail.daily holds 'nobody'; give an address like sato@example.jp"),
        ({"MAIL_SECURITY": "ssl"}, "give starttls, tls or none"),
        ({"MAIL_SECURITY": "none", "MAIL_USER": "a"}, "would go unencrypted"),
        ({"MAIL_FORMS": "doc"}, "mail.forms holds 'doc'; give pdf, xlsx or html"),
        ({"MAIL_AT": "7"}, "mail.at is '7'; give a time like 07:00"),
        ({"REPORT_YEAR_BEGINS": "13"}, "report.year_begins is 13; give a month, 1 to 12"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, more: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        settings_of(tmp_path, **more)
    assert said in str(refused.value)
