"""Events per second through `InboundESL`, whose handler reads six headers of each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import peers, stream
from benchmarks.figures import Figure, Table, Target, median_ratio
from benchmarks.peers import Peer
from benchmarks.processes import Program, run
from benchmarks.scale import Scale

TARGETS = {"greenswitch": Target("≥", 5, " ×"), "genesis": Target("≥", 15, " ×")}


@dataclass
class Reader:
    """One way of reading the stream, and what came of it."""

    name: str
    program: str
    args: tuple[str, ...]
    python: str
    passes: int = 1
    rates: list[float] = field(default_factory=list)
    lost: int = 0

    def read(self, port: int, events: int) -> None:
        """One repetition; an event that was not handled counts as lost, never as read."""
        expected = events * self.passes
        answer = run(self.program, *self.args, port, self.passes, expected, python=self.python)
        self.lost += max(0, expected - answer["events"])
        self.rates.append(answer["events"] / answer["seconds"])


def measure(scale: Scale, found: dict[str, Peer], say: Callable[[str], None]) -> Table:
    """Every reader in turn, as often as `scale` says, each for about the same time."""
    source = stream.load()
    readers = _readers(found)
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(source.data)
        with Program("feeder", file.name) as feeder:
            port = int(feeder.line())
            for reader in readers.values():  # a first, short one says how much fills the time
                reader.read(port, source.events)
                reader.passes = max(1, round(scale.seconds * reader.rates.pop() / source.events))
            for repetition in range(scale.repetitions):
                for reader in readers.values():
                    say(f"events: repetition {repetition + 1} of {scale.repetitions}, {reader.name}")
                    reader.read(port, source.events)
    title = (
        f"Events per second through InboundESL, six headers read "
        f"({source.events:,} recorded events of {source.bytes_per_event / 1000:.1f} kB, over and over)"
    )
    return Table("events", title, _figures(readers))


def _readers(found: dict[str, Peer]) -> dict[str, Reader]:
    us = peers.ours()
    readers = {
        "framing": Reader("framing only", "framing_only", (), us.python),
        "fsbridge": Reader(str(us), "inbound_esl", ("fsbridge.esl",), us.python),
    }
    if "greenswitch" in found:
        peer = found["greenswitch"]
        readers[peer.name] = Reader(str(peer), "inbound_esl", ("greenswitch",), peer.python)
    if "genesis" in found:
        peer = found["genesis"]
        readers[peer.name] = Reader(str(peer), "genesis_inbound", (), peer.python)
    return readers


def _figures(readers: dict[str, Reader]) -> list[Figure]:
    ours = readers["fsbridge"]
    figures = [Figure(ours.name, median(ours.rates), "/s", samples=tuple(ours.rates))]
    for name, target in TARGETS.items():
        if name in readers:
            figures.append(_beside(ours, readers[name], target))
    figures.append(_beside(ours, readers["framing"], None, "FrameReader with nothing behind it: the limit"))
    lost = sum(reader.lost for reader in readers.values())
    figures.append(Figure("events not handled", lost, "", target=Target("≤", 0), note=_losers(readers)))
    return figures


def _beside(ours: Reader, other: Reader, target: Target | None, note: str = "") -> Figure:
    ratio = median_ratio(ours.rates, other.rates)
    return Figure(other.name, median(other.rates), "/s", ratio, target, tuple(other.rates), note)


def _losers(readers: dict[str, Reader]) -> str:
    return ", ".join(f"{reader.name}: {reader.lost:,}" for reader in readers.values() if reader.lost)
