"""`fsbridge demo`: a whole centre in one process, with a wallboard in the browser."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import click
import gevent
from gevent.event import Event as Signal
from rich.console import Console

from fsbridge.adapters.planfile import examples
from fsbridge.app import password_of
from fsbridge.commands.common import language, words
from fsbridge.config import SwitchSettings, load
from fsbridge.demonstration import Demonstration
from fsbridge.demovisitors import PASSWORD, VISITORS
from fsbridge.errors import ConfigError
from fsbridge.stages.found import Found, look
from fsbridge.terminal import tail as terminal

PORT = 8080
DEFAULT_PORT = SwitchSettings().port
ROLES_JA = {"operator": "オペレーター", "supervisor": "スーパーバイザー", "administrator": "管理者"}


@click.command(
    help=words(
        "架空の発信者とオペレーターでセンターを丸ごと動かします。ブラウザに壁面ボード。Ctrl-Cで終了。",
        "Run a whole centre with made-up callers and operators, and its wallboard. Ctrl-C ends it.",
    )
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help=words("壁面ボードのポート。", "The wallboard's port."),
)
@click.option(
    "--centre",
    type=click.Choice(examples()),
    default="kanazawa",
    show_default=True,
    help=words("どの例か。", "Which example."),
)
@click.option(
    "--operators",
    type=click.IntRange(1, 100),
    default=16,
    show_default=True,
    help=words("オペレーターの人数。", "How many operators."),
)
@click.option(
    "--rate",
    type=click.FloatRange(0.1, 600),
    default=16.0,
    show_default=True,
    help=words("1分あたりの着信数。", "Callers in a minute."),
)
@click.option(
    "--seed", type=int, help=words("同じ数なら同じ発信者。", "The same one brings the same callers.")
)
@click.option(
    "--switch",
    metavar="HOST[:PORT]",
    help=words(
        "内蔵スイッチの代わりに使うFreeSWITCH。", "A FreeSWITCH to use instead of the embedded switch."
    ),
)
@click.option(
    "--password",
    help=words(
        "そのイベントソケットのパスワード（既定は設定のもの）。",
        "Its event socket's password (default: the one of the settings).",
    ),
)
@click.option(
    "--table", is_flag=True, help=words("端末にも表で表示。", "Show the live table in the terminal, too.")
)
def demo(
    port: int,
    centre: str,
    operators: int,
    rate: float,
    seed: int | None,
    switch: str | None,
    password: str | None,
    table: bool,
) -> None:
    """Run the demonstration until Ctrl-C; nothing stays behind."""
    from fsbridge.commands.paneling import Paneled  # Flask and its family, for this command alone

    ended = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, ended.set)
    found = _look(switch, password) if switch else None
    with tempfile.TemporaryDirectory(prefix="fsbridge-demo-") as folder:
        shown = Demonstration(
            Path(folder),
            centre=centre,
            operators=operators,
            rate=rate,
            seed=seed,
            found=found,
            apart=gevent.get_hub().threadpool.apply,
        )
        panel = Paneled(
            shown.running,
            clock=shown.clock,
            apart=gevent.get_hub().threadpool.apply,
            voice=shown.browsers is None,
        )
        try:
            panel.start("127.0.0.1", port)
        except ConfigError as error:
            raise ConfigError(f"{error}; name another port: fsbridge demo --port {port + 1}") from None
        try:
            shown.start()
            try:
                _tell(f"http://127.0.0.1:{port}", panel.kiosk("demo"), shown)
                if table:
                    zone = shown.plan.schedule.clock
                    terminal.watch(
                        shown.running.watch.floor,
                        Console(),
                        running=lambda: not ended.is_set(),
                        lang=language(),
                        zone=zone,
                    )
                ended.wait()
            finally:
                shown.stop()
        finally:
            panel.stop()
    click.echo(words("終了しました。何も残していません。", "Ended; nothing was left behind."))


def _look(switch: str, password: str | None) -> Found:
    """The FreeSWITCH at ``HOST[:PORT]``, looked at."""
    address = urlsplit(f"//{switch}")
    try:
        host, port = address.hostname, address.port or DEFAULT_PORT
    except ValueError:
        host = None
    if not host:
        raise ConfigError(f"--switch is {switch!r}; give HOST or HOST:PORT, for example 127.0.0.1:8021")
    return look(host, port, password_of(load()) if password is None else password)


def _tell(panel: str, kiosk: str, shown: Demonstration) -> None:
    console = Console(highlight=False, soft_wrap=True)
    at = shown.clock().astimezone(shown.plan.schedule.clock)
    wallboard = f"{panel}/kiosk/{kiosk}"
    console.print(words("壁面ボード", "wallboard "), f"[bold link={wallboard}]{wallboard}[/]", sep="  ")
    console.print(words("パネル    ", "panel     "), f"[bold link={panel}/]{panel}/[/]", sep="  ")
    for one in VISITORS:
        role = words(ROLES_JA[one.role], one.role)
        console.print(" " * 10, f"{one.login} / {PASSWORD}", f"[dim]{role} {one.name}[/]", sep="  ")
    console.print(
        words(
            f"{shown.plan.name}、オペレーター{shown.seated}名、{at:%m月%d日 %H:%M} から。"
            "Ctrl-Cで終了します。",
            f"{shown.plan.name_en or shown.plan.name}, {shown.seated} operators, from {at:%d %b %H:%M} on. "
            "Ctrl-C ends it.",
        )
    )
