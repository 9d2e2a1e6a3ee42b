"""Whether the program can do its work now: each part that it needs, and why it is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from fsbridge.adapters.recordings.room import room_at
from fsbridge.domain.recordingspace import LEAST
from fsbridge.errors import FsbridgeError
from fsbridge.recording import folder_of
from fsbridge.services.floor import utc_now
from webpanel.centre import Centre, Kept

SILENT = timedelta(seconds=90)
"""Without a sign of life for so long, FreeSWITCH counts as gone: it gives one every 20 s."""


@dataclass(frozen=True, slots=True)
class Check:
    """One part: its name, whether it is well, and a sentence on how it is.

    >>> Check("plan", True, "4 flows").data()
    {'ok': True, 'why': '4 flows'}
    """

    name: str
    ok: bool
    why: str

    def data(self) -> dict[str, object]:
        """Plain data, for JSON."""
        return {"ok": self.ok, "why": self.why}


class Readiness:
    """Looks at every part when asked; once it drains, it is ready for nobody new."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._draining = False

    def drain(self) -> None:
        """From now on, not ready: this process ends soon."""
        self._draining = True

    def look(self) -> tuple[Check, ...]:
        """Every part, in the order in which one would mend them."""
        kept = self._centre.kept
        looks: list[Callable[[], Iterator[Check]]] = [self._process, self._plan, self._switch]
        if kept is not None:
            looks += [lambda: self._store(kept), lambda: self._disk(kept)]
        return tuple(check for look in looks for check in look())

    def _process(self) -> Iterator[Check]:
        if self._draining:
            yield Check("process", False, "it was asked to end; the calls in progress are let end")
        else:
            yield Check("process", True, "it serves")

    def _plan(self) -> Iterator[Check]:
        try:
            plan = self._centre.plan()
        except FsbridgeError as error:
            yield Check("plan", False, str(error))
            return
        yield Check("plan", True, f"{plan.key}: {len(plan.flows)} flows, {len(plan.queues)} queues")

    def _switch(self) -> Iterator[Check]:
        link = self._centre.floor.snapshot().link
        if not link.connected or link.heard_at is None:
            reason = f": {link.reason}" if link.reason else ""
            yield Check("switch", False, f"there is no link to FreeSWITCH{reason}")
            return
        age = utc_now() - link.heard_at
        if age > SILENT:
            yield Check("switch", False, f"nothing was heard of FreeSWITCH for {age.total_seconds():.0f} s")
        else:
            yield Check("switch", True, f"linked, heard of {age.total_seconds():.0f} s ago")

    def _store(self, kept: Kept) -> Iterator[Check]:
        try:
            kept.apart(kept.store.ready)
        except FsbridgeError as error:
            yield Check("store", False, str(error))
        else:
            yield Check("store", True, f"{kept.store.kind} answers, its tables are this version's")

    def _disk(self, kept: Kept) -> Iterator[Check]:
        for name, folder in (("home", kept.settings.home), ("recordings", folder_of(kept.settings))):
            try:
                room = room_at(folder)
            except OSError as error:
                yield Check(f"disk {name}", False, f"{folder}: {error.strerror}")
                continue
            yield Check(
                f"disk {name}",
                room.share > LEAST,
                f"{room.free / 1e9:.1f} GB free ({room.share:.0%}) for {folder}",
            )
