"""The recordings FreeSWITCH is writing now, asked for and masked over its API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from xml.etree import ElementTree

from fsbridge.domain.recordings import named
from fsbridge.errors import CommandFailed, FsbridgeError
from fsbridge.services.recordings_pause import NotRecorded

Api = Callable[..., str]

_LEG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}")
_PARTNERS = ("signal_bond", "bridge_uuid")


class LiveRecordings:
    """FreeSWITCH's recordings by call; `api` is a command and its words, and answers FreeSWITCH's text.

    >>> LiveRecordings(lambda *words: "").of("7f1c")
    []
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def of(self, call: str) -> Sequence[tuple[str, str]]:
        """The recorded legs among a call's first leg and whom it is connected with, and their paths."""
        if not _LEG.fullmatch(call):
            raise NotRecorded(f"{call[:80]!r} is no call's uuid")
        legs = dict.fromkeys([call, *self._partners(call)])
        return [(leg, path) for leg in legs for path in self._paths(leg)]

    def mask(self, leg: str, path: str) -> None:
        """Silence is recorded from now on."""
        self._tell(leg, "mask", path)

    def unmask(self, leg: str, path: str) -> None:
        """What is said is recorded again."""
        self._tell(leg, "unmask", path)

    def _tell(self, leg: str, word: str, path: str) -> None:
        for whole in self._targets(leg):
            if whole.endswith(f"/{path}"):
                self._api("uuid_record", leg, word, whole)
                return
        raise NotRecorded(f"leg {leg} is not being recorded now")

    def _partners(self, call: str) -> Iterator[str]:
        for name in _PARTNERS:
            try:
                found = self._api("uuid_getvar", call, name).strip()
            except CommandFailed:
                return
            if found != "_undef_" and _LEG.fullmatch(found):
                yield found

    def _paths(self, leg: str) -> Iterator[str]:
        for whole in self._targets(leg):
            name = named("/".join(whole.split("/")[-2:]))
            if name is not None:
                yield name.path

    def _targets(self, leg: str) -> Iterator[str]:
        try:
            text = self._api("uuid_buglist", leg)
            found = ElementTree.fromstring(text.strip()) if text.strip().startswith("<") else None
        except CommandFailed:
            return
        except ElementTree.ParseError as error:
            raise FsbridgeError(
                f"FreeSWITCH's list of what is recorded on {leg} cannot be read: {error}"
            ) from None
        for bug in found.iter("media-bug") if found is not None else ():
            if bug.findtext("function") == "session_record":
                yield bug.findtext("target") or ""
