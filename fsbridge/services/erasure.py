"""The end of a contract: everything of a centre removed, with a certificate of what went."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from fsbridge.errors import FsbridgeError

BATCH = 100
"""Files that are certified before they are removed."""

Tell = Callable[[str, int], object]


class EraseRefused(FsbridgeError):
    """It is not erased, for this reason; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Remains:
    """A file before it goes: bytes, hash (none for a link), and what is to be known of it.

    >>> Remains(44, "e3b0").note
    ''
    """

    size: int
    sha256: str
    note: str = ""


@dataclass(slots=True)
class ErasePlan:
    """What would go, and what stands against it.

    `out_of_reach` is where copies may be that no program of the centre can remove.

    >>> ErasePlan("金沢市企業局").files
    0
    """

    centre: str
    rows: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    folders: Mapping[str, int] = field(default_factory=dict)
    held: Sequence[str] = ()
    running: Sequence[str] = ()
    out_of_reach: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, and the certificate of it; `failed` files are still there.

    >>> Erased(1200, 80, 0, 0, "erase-20300331-090000.jsonl", "ab").failed
    0
    """

    rows: int
    removed: int
    failed: int
    size: int
    certificate: str
    sha256: str
    out_of_reach: Sequence[str] = ()


class Data(Protocol):
    """The database of a centre."""

    def centre(self) -> str: ...
    def counts(self) -> Mapping[str, int]: ...
    def held(self) -> Sequence[str]: ...
    def clear(self) -> None: ...


class Place(Protocol):
    """A folder (or bucket) of files; OSError and FsbridgeError say what cannot be."""

    name: str

    def paths(self) -> Iterator[str]: ...
    def look(self, path: str) -> Remains: ...
    def remove(self, path: str) -> None: ...
    def tidy(self) -> None: ...
    def unreachable(self) -> Sequence[str]: ...


class Certificate(Protocol):
    """The certificate while it is written: what is on it stays, and an interrupted one is gone on with."""

    def begun(self) -> Mapping[str, Any] | None: ...
    def add(self, lines: Sequence[Mapping[str, Any]]) -> None: ...
    def end(self, at: datetime) -> tuple[str, str]: ...


class Erasure:
    """Removes a centre: first its files, then its database, last (`final`) its settings.

    `running` says, in sentences, why there may be calls; while it says anything, nothing is removed.
    """

    def __init__(
        self,
        data: Data,
        places: Sequence[Place],
        certificate: Certificate,
        *,
        running: Callable[[], Sequence[str]],
        clock: Callable[[], datetime],
        final: Sequence[Place] = (),
        elsewhere: Sequence[str] = (),
    ) -> None:
        self._data = data
        self._places = places
        self._certificate = certificate
        self._running = running
        self._clock = clock
        self._final = final
        self._elsewhere = elsewhere

    def plan(self) -> ErasePlan:
        """What would go; nothing is changed. EraseRefused where there is no centre."""
        folders = Counter(
            f"{place.name}/{path.partition('/')[0]}"
            for place in (*self._places, *self._final)
            for path in place.paths()
        )
        beyond = itertools.chain.from_iterable(place.unreachable() for place in (*self._places, *self._final))
        return ErasePlan(
            centre=self._centre(),
            rows={name: count for name, count in self._data.counts().items() if count},
            files=sum(folders.values()),
            folders=folders,
            held=self._data.held(),
            running=self._running(),
            out_of_reach=[*beyond, *self._elsewhere],
        )

    def run(
        self, centre: str, *, by: str, why: str, holds: str = "", tell: Tell = lambda what, count: None
    ) -> Erased:
        """Remove everything of the centre whose name was typed; EraseRefused, and nothing done, otherwise.

        `holds` is the reason for which recordings go that somebody holds. What cannot be removed stops
        nothing: it is on the certificate. After an interruption, begin again.
        """
        plan = self.plan()
        if refused := self._refusal(plan, centre, why, holds):
            raise EraseRefused(refused)
        heading = {
            "erased": plan.centre, "by": by, "why": why, "at": self._clock().isoformat(),
            "held": list(plan.held), "holds_overridden_for": holds if plan.held else "",
        }  # fmt: skip
        self._certificate.add([heading])
        totals = {"removed": 0, "failed": 0, "size": 0}
        for place in self._places:
            self._empty(place, totals, tell)
        counts = self._data.counts()
        rows = sum(counts.values())
        self._data.clear()
        at = self._clock().isoformat()
        self._certificate.add(
            [{"table": name, "rows": count, "outcome": "removed", "at": at} for name, count in counts.items()]
        )
        tell("database", rows)
        for place in self._final:
            self._empty(place, totals, tell)
        at_end = self._clock()
        beyond = list(plan.out_of_reach)
        ending = {"ended": at_end.isoformat(), "rows": rows, **totals, "out_of_reach": beyond}
        self._certificate.add([ending])
        file, sha256 = self._certificate.end(at_end)
        return Erased(rows, **totals, certificate=file, sha256=sha256, out_of_reach=plan.out_of_reach)

    def _centre(self) -> str:
        begun = self._certificate.begun()
        name = self._data.centre() or (str(begun["erased"]) if begun else "")
        if not name:
            raise EraseRefused("there is no centre here; name its FSBRIDGE_HOME")
        return name

    def _refusal(self, plan: ErasePlan, centre: str, why: str, holds: str) -> str:
        if plan.running:
            return "; ".join(plan.running)
        if plan.held and not holds.strip():
            some = ", ".join(plan.held[:3])
            return (
                f"{len(plan.held)} recordings are held ({some}): release them, or say --override-holds REASON"
            )
        if centre.strip() != plan.centre:
            return f"{centre.strip()!r} is not the centre's name; nothing was removed"
        return "" if why.strip() else "say --why the centre is erased; it stands on the certificate"

    def _empty(self, place: Place, totals: dict[str, int], tell: Tell) -> None:
        paths = iter(list(place.paths()))
        while batch := list(itertools.islice(paths, BATCH)):
            found: dict[str, Remains] = {}
            failed: dict[str, str] = {}
            for path in batch:
                try:
                    found[path] = place.look(path)
                except FileNotFoundError:
                    continue
                except (OSError, FsbridgeError) as error:
                    failed[path] = str(error)
            at = self._clock().isoformat()
            self._certificate.add(
                [
                    {"file": f"{place.name}/{path}", "outcome": "removed", "at": at, "size": one.size,
                     "sha256": one.sha256, "note": one.note}
                    for path, one in found.items()
                ]
            )  # fmt: skip
            for path, one in found.items():
                try:
                    place.remove(path)
                except (OSError, FsbridgeError) as error:
                    failed[path] = str(error)
                else:
                    totals["removed"] += 1
                    totals["size"] += one.size
            totals["failed"] += len(failed)
            if failed:
                self._certificate.add(
                    [
                        {"file": f"{place.name}/{path}", "outcome": "failed", "at": at, "note": note}
                        for path, note in failed.items()
                    ]
                )
            tell(place.name, len(batch))
        place.tidy()
