"""What a browser's telephone logs in with: a secret for one session of one operator, useless after it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from fsbridge.domain.duty.drift import Drift
from fsbridge.domain.facts import Facts
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.seats import Seats, digest

logger = logging.getLogger(__name__)

LIFETIME = timedelta(hours=16)
"""How long a secret lives at most, should nobody revoke it: longer than any shift."""


class NoTelephone(FsbridgeError):
    """The operator has no extension, so no telephone in the browser either."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What the browser says to FreeSWITCH: `login` (``1001@kanazawa``) and `password`, until `expires`."""

    login: str
    password: str = field(repr=False)
    expires: datetime


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who may log in now: an extension, whose it is, the digest of the session, and until when.

    >>> from datetime import UTC
    >>> Admitted("1001", "op01", "9d21", datetime(2027, 4, 1, tzinfo=UTC)).operator
    'op01'
    """

    extension: str
    operator: str
    session: str
    expires: datetime


class Directory(Protocol):
    """FreeSWITCH's list of those who may log in; a change holds when the method returns."""

    @property
    def domain(self) -> str:
        """What stands behind the ``@`` of a log-in."""

    def admit(self, who: Admitted, password: str) -> None:
        """Let somebody in by this password, and by no earlier one; the password itself is not kept."""

    def dismiss(self, extension: str) -> None:
        """Let nobody in by this extension, and throw out who is in; nothing happens if nobody may."""

    def admitted(self) -> Collection[Admitted]:
        """Everybody who may."""


class Credentials:
    """Secrets for the browsers' telephones. `extensions` are the operators', as the plan has them now.

    Nothing but FreeSWITCH's own directory remembers them, so a restart of this program changes nothing.

    >>> from datetime import UTC
    >>> from fsbridge.testing.directory import DirectoryInMemory
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> credentials = Credentials(DirectoryInMemory(), lambda: {"op01": "1001"})
    >>> credential = credentials.mint("op01", "the browser's secret", noon)
    >>> credential.login, credential.expires.isoformat()
    ('1001@kanazawa', '2027-04-01T19:00:00+00:00')
    >>> credentials.revoke("op01"), credentials.revoke("op01")
    (True, False)
    """

    def __init__(
        self,
        directory: Directory,
        extensions: Callable[[], Mapping[str, str]],
        *,
        lifetime: timedelta = LIFETIME,
    ) -> None:
        self._directory = directory
        self._extensions = extensions
        self._lifetime = lifetime

    def mint(self, operator: str, session: str, now: datetime) -> Credential:
        """A secret for this session of the operator; each earlier one of the operator is refused from now on.

        A telephone that another session of the operator still has is thrown out; after a reload the same
        session gets a fresh secret, and its telephone stays. NoTelephone without an extension.
        """
        extension = self._extensions().get(operator, "")
        if not extension:
            raise NoTelephone(f"operator {operator} has no extension; give one with `fsbridge operators`")
        mine = digest(session)
        if any(one.operator == operator and one.session != mine for one in self._directory.admitted()):
            self.revoke(operator)
        password = secrets.token_urlsafe(32)
        expires = (now + self._lifetime).replace(microsecond=0)
        self._directory.admit(Admitted(extension, operator, mine, expires), password)
        return Credential(f"{extension}@{self._directory.domain}", password, expires)

    def revoke(self, operator: str) -> bool:
        """Refuse the operator's secret, and throw out the telephone that uses it; False if there was none.

        Its calls are not cut: an answered one waits for its browser as after a reload, then ends.
        """
        mine = [one for one in self._directory.admitted() if one.operator == operator]
        for one in mine:
            self._directory.dismiss(one.extension)
        return bool(mine)

    def address(self, operator: str) -> str:
        """Where a telephone that was given a secret is called, ``1001@kanazawa``; "" for who has none.

        >>> from fsbridge.testing.directory import DirectoryInMemory
        >>> Credentials(DirectoryInMemory(), lambda: {"op01": "1001"}).address("op01")
        ''
        """
        mine = next((one for one in self._directory.admitted() if one.operator == operator), None)
        return f"{mine.extension}@{self._directory.domain}" if mine is not None else ""

    def sweep(self, now: datetime, sessions: Mapping[str, str]) -> list[str]:
        """Revoke what nobody needs: expired, or not of the session (by operator, a `digest`) that has a seat.

        Call it every few seconds with the seats; the operators whose secrets are gone.

        >>> from datetime import UTC
        >>> from fsbridge.testing.directory import DirectoryInMemory
        >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
        >>> credentials = Credentials(DirectoryInMemory(), lambda: {"op01": "1001"})
        >>> minted = credentials.mint("op01", "3f0c", noon)
        >>> credentials.sweep(noon, {"op01": digest("3f0c")}), credentials.sweep(noon, {})
        ([], ['op01'])
        """
        gone = [
            one
            for one in self._directory.admitted()
            if one.expires <= now or sessions.get(one.operator) != one.session
        ]
        for one in gone:
            self._directory.dismiss(one.extension)
            logger.info("the telephone secret of %s is revoked: its session is over", one.operator)
        return [one.operator for one in gone]


class SecretsCheck:
    """A check for the reconciler (``watch.reconciler.also``): who has no seat has no secret, every 5 s.

    An operator gets the seat first (`Operators.log_in`), then the secret.

    >>> from fsbridge.domain.facts import Facts
    >>> from fsbridge.domain.seats import Allowance
    >>> from fsbridge.services.seats import Seats
    >>> from fsbridge.testing.directory import DirectoryInMemory
    >>> from fsbridge.testing.seats import SeatsInMemory
    >>> seats = Seats(SeatsInMemory(), lambda at: Allowance("tiny", seats=1, registered=1))
    >>> SecretsCheck(Credentials(DirectoryInMemory(), dict), seats)(Facts())
    ()
    """

    def __init__(
        self, credentials: Credentials, seats: Seats, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._credentials = credentials
        self._seats = seats
        self._clock = clock

    def __call__(self, facts: Facts) -> tuple[Drift, ...]:
        """Revoke what no seat needs; nothing of it is drift."""
        now = self._clock()
        self._credentials.sweep(now, {seat.operator: seat.session for seat in self._seats.standing(now).held})
        return ()
