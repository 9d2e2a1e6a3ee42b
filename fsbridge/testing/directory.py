"""A directory of telephones without a FreeSWITCH."""

from __future__ import annotations

from collections.abc import Collection

from fsbridge.services.credentials import Admitted


class DirectoryInMemory:
    """Who may log in, for as long as the process lasts; `inside` are the extensions that have done so.

    >>> DirectoryInMemory().log_in("1001", "guessed")
    False
    """

    domain = "kanazawa"

    def __init__(self) -> None:
        self._known: dict[str, tuple[Admitted, str]] = {}
        self.inside: set[str] = set()

    def admit(self, who: Admitted, password: str) -> None:
        """Let somebody in."""
        self._known[who.extension] = who, password

    def dismiss(self, extension: str) -> None:
        """Let nobody in, and throw out who is."""
        self._known.pop(extension, None)
        self.inside.discard(extension)

    def admitted(self) -> Collection[Admitted]:
        """Everybody who may."""
        return [who for who, _ in self._known.values()]

    def log_in(self, extension: str, password: str) -> bool:
        """A telephone logs in; whether it was let in."""
        known = self._known.get(extension)
        if known is None or known[1] != password:
            return False
        self.inside.add(extension)
        return True
