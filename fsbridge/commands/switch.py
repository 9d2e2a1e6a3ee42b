"""``fsbridge switch``: a FreeSWITCH of our own rendered, run in the foreground, and checked."""

from __future__ import annotations

import dataclasses
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from fsbridge.adapters.switchconf import FreeSwitch, find_freeswitch, render
from fsbridge.adapters.switchconf.check import Finding, check
from fsbridge.app import password_of
from fsbridge.commands.common import Refusing, with_settings
from fsbridge.config import Settings
from fsbridge.errors import FsbridgeError
from fsbridge.following import conf_in_force

_folder = click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder (default: switch in the home folder).",
)


@click.group("switch", cls=Refusing)
def switch() -> None:
    """Render, run and check a FreeSWITCH."""


@switch.command("render")
@_folder
@with_settings()
def render_command(settings: Settings, to: Path | None) -> None:
    """Write a FreeSWITCH configuration into a folder: the plan's in the database, else the centre file's."""
    conf = conf_in_force(settings, to and to.absolute())
    files = render(conf, Path(settings.switch.templates))
    click.echo(f"{len(files)} files in {conf.home}")


@switch.command("run")
@_folder
@with_settings()
def run_command(settings: Settings, to: Path | None) -> None:
    """Find a FreeSWITCH and run it in the foreground; Ctrl-C ends it."""
    program = find_freeswitch()
    running = FreeSwitch(program, conf_in_force(settings, to and to.absolute()))
    running.refuse_second()
    render(running.conf, Path(settings.switch.templates))
    asked: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        running.terminate()

    with _on_signals(end):
        running.start()
        try:
            _tell(running, running.wait_ready())
            code = running.wait()
        except FsbridgeError:
            if not asked:
                raise
        finally:
            running.stop()
    if not asked:
        raise FsbridgeError(f"FreeSWITCH ended by itself with code {code}; see {running.log}")
    click.echo("FreeSWITCH has ended")


@switch.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@with_settings("switch.host", "switch.port", "switch.password")
def check_command(settings: Settings, as_json: bool) -> None:
    """Ask a running FreeSWITCH whether it is fit; exit code 1 if anything is wrong."""
    conf = conf_in_force(settings)
    found = check(conf.host, conf.port, password_of(settings), [queue.name for queue in conf.centre.queues])
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(map(line_of, found)))
    sys.exit(0 if all(one.ok for one in found) else 1)


def line_of(finding: Finding) -> str:
    """A finding as a line, with its cure beneath if it needs one.

    >>> print(line_of(Finding("heartbeat", False, "every 60 s", "set it to 20")))
    ✘ heartbeat: every 60 s
      → set it to 20
    """
    line = f"{'✔' if finding.ok else '✘'} {finding.name}: {finding.found}"
    return line if finding.ok else f"{line}\n  → {finding.cure}"


def _tell(running: FreeSwitch, seconds: float) -> None:
    conf = running.conf
    click.echo(f"FreeSWITCH {running.program} is ready after {seconds:.1f} s; Ctrl-C ends it")
    for what, where in {
        "event socket": f"{conf.host}:{conf.port}, password in {running.password_file}",
        "SIP": f"{conf.host}:{conf.sip_port}, numbers {', '.join(conf.centre.numbers)}",
        "browsers": f"ws://{conf.host}:{conf.verto_port}",
        "scripts": f"asked for at {conf.script_host}:{conf.script_port}",
        "log": str(running.log),
    }.items():
        click.echo(f"  {what:13} {where}")


@contextmanager
def _on_signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Ctrl-C, a terminal that closes and a service manager's goodbye all call `handler`."""
    before = {one: signal.signal(one, handler) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, old in before.items():
            signal.signal(one, old)
