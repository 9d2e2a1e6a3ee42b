"""``fsbridge report half-year``, ``monthly``, ``weekly``, ``daily``, ``send``, ``sent``: reports to print."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from fsbridge.commands.common import as_json, by_whom, language, opened, print_json, with_settings, words
from fsbridge.commands.periods import day_of
from fsbridge.config import Settings
from fsbridge.domain.reporting.periods import Kind
from fsbridge.errors import ConfigError, InvalidArgument
from fsbridge.posting import letter_of, report_post
from fsbridge.printing import printed_report, report_period
from fsbridge.services.reporting import STEPS
from fsbridge.terminal.printed import outline, posted

_KINDS = {
    Kind.HALF_YEAR: ("2027-H1", "半期の運用報告書", "The operating report of a half-year"),
    Kind.MONTH: ("2027-04", "月次報告書", "The report of a month"),
    Kind.WEEK: ("2027-W14", "週次報告書", "The report of a week"),
    Kind.DAY: ("2027-04-01", "日次報告書", "The report of a day"),
    Kind.SPAN: ("2023-12-01..2028-11-30", "任意の期間（契約の終わりなど）の運用報告書",
                "The operating report of any days, such as a whole contract"),
}  # fmt: skip
_FORMS = ("html", "pdf", "xlsx")


def commands() -> list[click.Command]:
    """The commands, for the group `report`."""
    return [*(_command(kind) for kind in Kind), send, sent]


def _command(kind: Kind) -> click.Command:
    like, japanese, english = _KINDS[kind]
    usual = ("", "")
    if kind is not Kind.SPAN:
        usual = ("。省略時は終わったばかりの期間", "; the newest that is over if not given")

    @click.command(
        kind.value,
        help=words(
            f"{japanese}を作ります（{like}{usual[0]}）。内訳が合わなければ終了コード1。",
            f"{english} ({like}{usual[1]}). Exit code 1 if it does not add up.",
        ),
    )
    @click.argument("period", default="", metavar=f"[{like}]")
    @click.option(
        "--to",
        "files",
        multiple=True,
        type=click.Path(path_type=Path, dir_okay=False),
        help=words(
            "書き出すファイル（.html .pdf .xlsx。複数可）。",
            "The file: .html, .pdf, .xlsx; several may be given.",
        ),
    )
    @click.option(
        "--lang",
        type=click.Choice(["ja", "en"]),
        default=language,
        help=words("報告書の言語。", "The report's language."),
    )
    @click.option(
        "--made-on",
        default="",
        metavar="YYYY-MM-DD",
        help=words(
            "作成日として印刷する日（省略時は印刷しません。同じデータなら同じファイルになります）。",
            "The date printed as the day it was made; none if not given, so that like data give like files.",
        ),
    )
    @as_json
    @with_settings("zone", "report.year_begins")
    def make(
        settings: Settings, period: str, files: tuple[Path, ...], lang: str, made_on: str, as_json: bool
    ) -> None:
        """Make a report."""
        for file in files:
            if _form(file) not in _FORMS:
                raise InvalidArgument("to", f"is {str(file)!r}; end it in .html, .pdf or .xlsx")
        now = datetime.now(UTC)
        report_period(settings, kind, period, now)  # a period that is none is said before anything is read
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
        shown = Progress(*columns, console=console, transient=True)
        with opened(settings) as store, shown if console.is_terminal else nullcontext():
            task = shown.add_task(words("集計中", "Counting"), total=STEPS)
            made = printed_report(
                settings, store, kind, period, now=now, language=lang,
                made_on=day_of(made_on) if made_on else None,
                moved=lambda done: shown.update(task, completed=done),
            )  # fmt: skip
            ready = [(file, made.file(_form(file))) for file in files]
            for file, data in ready:
                write(data, file)
        if as_json:
            print_json(made.contents.data(lang))
        else:
            Console().print(outline(made.document, [str(file) for file in files]))
        sys.exit(0 if made.contents.balanced else 1)

    return make


def write(data: bytes, file: Path) -> None:
    """Put a file there whole, or leave what was there; InvalidArgument says why it cannot be."""
    part = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=file.absolute().parent, prefix=".report-", delete=False
        ) as opened_part:
            part = Path(opened_part.name)
            opened_part.write(data)
        part.chmod(0o644)
        os.replace(part, file)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        raise InvalidArgument("to", f"is {str(file)!r}, which cannot be written: {error.strerror}") from error


def _form(file: Path) -> str:
    return file.suffix.lower().removeprefix(".")


@click.command(
    "send",
    help=words(
        "報告書を今すぐメールで送ります（送信の記録は監査ログに残ります）。",
        "Mail a report now; what went to whom is in the audit log.",
    ),
)
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("period", default="", metavar="[PERIOD]")
@click.option(
    "--address",
    "addresses",
    multiple=True,
    required=True,
    help=words("宛先（複数可）。", "To whom; several may be given."),
)
@by_whom
@as_json
@with_settings("zone")
def send(
    settings: Settings, kind: str, period: str, addresses: tuple[str, ...], by: str, as_json: bool
) -> None:
    """Mail a report."""
    if not settings.mail.host:
        raise ConfigError("mail.host is empty; give the SMTP server that mail goes out by")
    now = datetime.now(UTC)
    chosen = report_period(settings, kind, period, now)
    with opened(settings) as store:
        post = report_post(settings, store)
        letter = letter_of(settings, chosen)
        for address in addresses:
            post.send(letter, address, now, by=by)
    if as_json:
        files = {file.name: file.sha256 for file in letter.files}
        print_json({"report": letter.key, "to": addresses, "files": files})
    else:
        to = ", ".join(addresses)
        click.echo(words(f"{letter.key} を {to} へ送りました。", f"{letter.key} went to {to}."))


@click.command(
    "sent", help=words("メールで送った報告書の記録。", "What was mailed to whom, and what was not.")
)
@click.option("--limit", type=click.IntRange(1, 1000), default=30, show_default=True)
@as_json
@with_settings()
def sent(settings: Settings, limit: int, as_json: bool) -> None:
    """The log of mailed reports."""
    from fsbridge.adapters.store.sent import StoredSent

    with opened(settings) as store:
        found = [
            {"at": row.at, "report": row.which, "outcome": row.action, "by": row.actor, "reason": row.reason,
             **(row.after or {})}
            for row in StoredSent(store).latest(limit)
        ]  # fmt: skip
    if as_json:
        print_json(found)
    else:
        Console().print(posted(found, language(), settings.zone))
