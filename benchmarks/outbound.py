"""Calls from FreeSWITCH's ``socket`` application: time to the first byte, and whole sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks import peers
from benchmarks.figures import Figure, Table, Target, median_ratio, percentile
from benchmarks.peers import Peer
from benchmarks.processes import Program, free_port
from benchmarks.scale import Scale
from benchmarks.stream import RECORDINGS

RECORDING = RECORDINGS / "outbound_ivr_hangup_in_playback.jsonl.gz"
AT_ONCE = 50
HOLD = (0.2, 0.4)
"""Seconds a call lasts where calls in progress are wanted rather than a race."""
STEADY = f"{AT_ONCE} calls in progress"
BURST = f"{AT_ONCE} in the same instant"


@contextmanager
def script_server(module: str, python: str) -> Iterator[tuple[Program, Program]]:
    """A running script server on `module`, and a dialler that calls it."""
    port = free_port()
    with (
        Program("outbound_esl", module, port, python=python) as server,
        Program("dialler", RECORDING, server.line()) as dialler,
    ):
        yield server, dialler


def first_byte(scale: Scale, found: dict[str, Peer], say: Callable[[str], None]) -> Table:
    """Milliseconds from FreeSWITCH's connect to the script's first byte.

    Judged with 50 calls in progress, one beginning when another ends; shown too for 50 that begin in
    the same instant, where the last has to wait for all before it.
    """
    times: dict[str, dict[str, list[float]]] = {STEADY: {}, BURST: {}}
    for module, name, python in contenders(found):
        with script_server(module, python) as (_, dialler):
            say(f"first byte: {name}")
            dialler.ask(sessions=AT_ONCE, at_once=AT_ONCE)
            steady = dialler.ask(sessions=scale.held, at_once=AT_ONCE, hold=HOLD)
            burst = dialler.ask(sessions=scale.held, at_once=AT_ONCE, burst=True)
        times[STEADY][name] = [seconds * 1000 for seconds in steady["first_byte"]]
        times[BURST][name] = [seconds * 1000 for seconds in burst["first_byte"]]
    figures = []
    for how, by_name in times.items():
        for label, share, bound in (("p50", 0.5, 1), ("p99", 0.99, 10)):
            ours: float | None = None
            for name, values in by_name.items():
                value = percentile(values, share)
                ratio = None if ours is None else value / ours
                target = Target("≤", bound, " ms") if ours is None and how == STEADY else None
                figures.append(Figure(f"{label} {name}", value, "ms", ratio, target, note=how))
                ours = value if ours is None else ours
    return Table("first-byte", "Outbound: from FreeSWITCH's connect to the script's first byte", figures)


def sessions(scale: Scale, found: dict[str, Peer], say: Callable[[str], None]) -> Table:
    """Whole sessions per second: taken over, answered, a sound played to its end, hung up."""
    rates: dict[str, list[float]] = {}
    failed: dict[str, int] = {}
    for repetition in range(scale.repetitions):
        for module, name, python in contenders(found):
            say(f"sessions: repetition {repetition + 1} of {scale.repetitions}, {name}")
            with script_server(module, python) as (_, dialler):
                dialler.ask(sessions=AT_ONCE, at_once=AT_ONCE)
                answer = dialler.ask(sessions=scale.sessions, at_once=AT_ONCE)
            rates.setdefault(name, []).append(answer["sessions"] / answer["seconds"])
            failed[name] = failed.get(name, 0) + answer["failed"]
    ours, *others = rates
    figures = [Figure(ours, median(rates[ours]), "/s", samples=tuple(rates[ours]))]
    for name in others:
        ratio = median_ratio(rates[ours], rates[name])
        figures.append(
            Figure(name, median(rates[name]), "/s", ratio, Target("≥", 3, " ×"), tuple(rates[name]))
        )
    figures.append(Figure("sessions that failed", sum(failed.values()), "", target=Target("≤", 0)))
    title = f"Outbound: whole sessions per second, {AT_ONCE} at a time (answer, play, hang up; 40 kB each)"
    return Table("sessions", title, figures)


def contenders(found: dict[str, Peer]) -> list[tuple[str, str, str]]:
    """(module, name for the table, interpreter) of everything that can serve the script, ours first."""
    us = peers.ours()
    all_of_them = [("fsbridge.esl", str(us), us.python)]
    if "greenswitch" in found:
        peer = found["greenswitch"]
        all_of_them.append(("greenswitch", str(peer), peer.python))
    return all_of_them
