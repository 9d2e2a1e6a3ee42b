"""The composition of mailed reports, and of the pulse that their availability is told from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fsbridge.adapters.mail import SmtpPost
from fsbridge.adapters.reportfiles import FORMS
from fsbridge.config import Settings
from fsbridge.domain.reporting.periods import Kind, ReportPeriod
from fsbridge.domain.timetable import Every
from fsbridge.errors import FsbridgeError
from fsbridge.services.jobs import Job
from fsbridge.services.posting import Attachment, Letter, ReportPost, key_of
from fsbridge.services.pulse import Pulse
from fsbridge.services.reconcile import DutyCheck

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store
    from fsbridge.app import Watch

_LONGEST = 600
"""Seconds that making a report may take."""


def mail_job(settings: Settings, store: Store) -> Job | None:
    """The job that mails reports; None while no mail server is set.

    >>> from fsbridge.config import load
    >>> mail_job(load(home="/nowhere", environment={}), None) is None
    True
    """
    if not settings.mail.host:
        return None
    post = report_post(settings, store)
    return Job("reports", "報告書のメール送信", "Mail reports", Every(300), post.run)


def pulse_job(store: Store, watch: Watch) -> Job:
    """The job that notes that the service lives, and what it missed."""
    from fsbridge.adapters.store.pulses import StoredPulse

    def repairs() -> int:
        checks = [check for check in watch.reconciler.also if isinstance(check, DutyCheck)]
        return watch.reconciler.repairs + sum(check.repairs for check in checks)

    pulse = Pulse(
        StoredPulse(store),
        gaps=lambda: [(gap.since, gap.until, gap.reason) for gap in watch.floor.snapshot().link.gaps],
        repairs=repairs,
    )
    return Job("pulse", "稼働の記録", "Note that the service lives", Every(30), pulse.beat)


def report_post(settings: Settings, store: Store) -> ReportPost:
    """What mails reports, as the settings say."""
    from fsbridge.adapters.store.sent import StoredSent

    mail = settings.mail
    return ReportPost(
        SmtpPost(
            mail.host, mail.port, mail.security, sender=mail.sender, user=mail.user, password=mail.password
        ),
        StoredSent(store),
        lambda period: letter_of(settings, period),
        {Kind.DAY: mail.daily, Kind.WEEK: mail.weekly, Kind.MONTH: mail.monthly,
         Kind.HALF_YEAR: mail.half_year},
        at=time.fromisoformat(mail.at),
        zone=ZoneInfo(settings.zone),
        year_begins=settings.report.year_begins,
    )  # fmt: skip


def letter_of(settings: Settings, period: ReportPeriod) -> Letter:
    """The letter of a period, made by a process of its own so that no call waits for it; FsbridgeError."""
    with tempfile.TemporaryDirectory(prefix="fsbridge-report-") as folder:
        files = {
            form: Path(folder) / f"{period.stem}.{form}"
            for form in settings.mail.forms
        }
        options = [word for file in files.values() for word in ("--to", str(file))]
        data = _reported(settings, [period.kind.value, period.key, "--lang", "ja", "--json", *options])
        made = tuple(Attachment(file.name, FORMS[form], file.read_bytes()) for form, file in files.items())
    title = f"{data['centre']} {_TITLES[period.kind]} {period.name('ja')}".strip()
    return Letter(key_of(period), title, _text(title, data), made)


_TITLES = {
    Kind.HALF_YEAR: "運用報告書",
    Kind.SPAN: "運用報告書",
    Kind.MONTH: "月次報告書",
    Kind.WEEK: "週次報告書",
    Kind.DAY: "日次報告書",
}


def _reported(settings: Settings, words: list[str]) -> dict[str, Any]:
    environment = os.environ | {
        "FSBRIDGE_HOME": str(settings.home),
        "FSBRIDGE_DATABASE": settings.database_url,
        "FSBRIDGE_ZONE": settings.zone,
        "FSBRIDGE_REPORT_YEAR_BEGINS": str(settings.report.year_begins),
        "FSBRIDGE_LANG": "en",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "report", *words],
            env=environment, capture_output=True, timeout=_LONGEST, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FsbridgeError(f"the report could not be made: {error}") from error
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it says nothing"]
        raise FsbridgeError(f"the report could not be made: {said[-1]}") from None
    return found


def _text(title: str, data: dict[str, Any]) -> str:
    total = data["figures"]["total"]
    holds = (
        "内訳と一致しています。"
        if data["balanced"]
        else f"内訳と最大{data['off_by']}件合いません。確認してください。"
    )
    return (
        f"{title}をお送りします。\n\n対象期間：{data['first']} ～ {data['last']}\n"
        f"着信数 {total['offered']:,}　応答数 {total['answered']:,}　"
        f"応答率 {_percent(total['answer_rate'])}　"
        f"サービスレベル {_percent(total['service_level'])}\n{holds}\n\n"
        "このメールは自動で送信しています。\n"
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f}%"
