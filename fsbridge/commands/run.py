"""`fsbridge run`: the scripts served, the events watched, the past kept."""

from __future__ import annotations

import signal

import click
import gevent
from gevent.event import Event as Signal

from fsbridge.commands.common import log_to_terminal, with_settings, words
from fsbridge.commands.paneling import paneled
from fsbridge.config import Settings
from fsbridge.running import Running


@click.command(
    help=words(
        """FreeSWITCHに通話スクリプトを提供し、イベントを見守り、通話記録を残します。

        SIGTERM または Ctrl-C で終了します。新しい呼はすぐにお断りし（FreeSWITCHはスクリプトなしで続けます）、
        呼の終わりを `drain` 秒まで待ちます。その後も、話し中と順番待ちのお客様はそのまま続けられ、案内の
        途中のお客様は代替の案内へ渡します。パネルは最後に閉じ、次に起動したものへ自動でつながり直します。
        もう一度押すと直ちに終了します。""",
        """Serve the call scripts to FreeSWITCH, watch its events, and keep its call records.

        SIGTERM or Ctrl-C: new calls are refused at once (FreeSWITCH goes on without the script), those in
        progress have `drain` seconds. Then callers who talk talk on and callers in a queue keep their place;
        the others go to the fallback. The panel closes last, and browsers come back by themselves to the
        process that is started next. A second one ends at once.""",
    )
)
@with_settings("script", "drain", "outbound.port", "switch.host", "switch.port", "switch.password")
@click.option("--verbose", "-v", is_flag=True, help=words("詳しいログ。", "Log every step."))
def run(settings: Settings, verbose: bool) -> None:
    """Run a centre until it is asked to end."""
    log_to_terminal(verbose)
    apart = gevent.get_hub().threadpool.apply
    running = Running(settings, apart=apart)
    panel = paneled(running, apart=apart)
    asked_to_end = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, _end, asked_to_end)
    if panel is not None:
        panel.start()
    running.start()
    running.watch.link.on_failure(asked_to_end.set)
    asked_to_end.wait()
    if panel is not None:
        panel.panel.drain()
    running.drain(settings.drain)
    if panel is not None:
        panel.stop()
    running.end()
    if running.watch.link.failure is not None:
        raise running.watch.link.failure


def _end(asked_to_end: Signal) -> None:
    if asked_to_end.is_set():
        raise SystemExit(1)
    asked_to_end.set()
