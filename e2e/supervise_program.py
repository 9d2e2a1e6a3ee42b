"""A whole centre for the supervisor's page: that of the desk, with a supervisor, a voice and hands."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from e2e.desk_program import Story, filled, obey
from e2e.parts import PASSWORD
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.config import Settings
from fsbridge.domain.recordingalarms import Alarm
from fsbridge.domain.seats import SeatLost
from fsbridge.services.users import Users


def supervised(home: Path) -> Settings:
    """The centre of the desk, with somebody who supervises it, and announcements that say words."""
    settings = filled(home)
    store = Store(settings.database_url)
    users = Users(StoredUsers(store), hashed=Passwords(memory_kib=64).hash)
    for login, name, role in (("boss", "課長", "supervisor"), ("keeper", "保守", "administrator")):
        users.add(login, name, [role], by="test", at=datetime.now(UTC), password=PASSWORD)
    store.close()
    return replace(settings, speech=replace(settings.speech, engine="openjtalk"))


class Supervised(Story):
    """What a test lets happen besides."""

    def __init__(self, home: Path) -> None:
        super().__init__(home, 0, supervised(home))

    def _live(self) -> None:
        while not self._stopping.wait(3):
            for operator, session in list(self._sessions.items()):
                try:
                    self._operators.seats.beat(session, datetime.now(UTC))
                except SeatLost:
                    self._sessions.pop(operator, None)

    def hand(self, operator: str, ago: int = 0) -> None:
        """An operator raises a hand, so many seconds ago."""
        assert self.running.supervising is not None
        self.running.supervising.hands.up(operator, datetime.now(UTC) - timedelta(seconds=ago))

    def messages(self, operator: str) -> list[str]:
        """What was written to an operator."""
        assert self.running.supervising is not None
        of = self.running.supervising.messages.of(operator, datetime.now(UTC))
        return [one.text for one in of]

    def alarm(self, call: str) -> None:
        """A call was not recorded."""
        StoredAlarms(self.panel.store).ring(Alarm("none", call, call=call), datetime.now(UTC))

    def listening(self) -> list[list[str]]:
        """Who listens to whom, and how."""
        assert self.running.supervising is not None
        return [[one.by, one.operator, one.mode.value] for one in self.running.supervising.supervision.now()]

    def spied(self) -> list[list[object]]:
        """What the switch joins: whether the operator hears the supervisor, and whether the citizen does."""
        legs = self.stage.switch.core.legs.values()
        return [[leg.spying.near, leg.spying.beyond] for leg in legs if leg.spying is not None]

    def announced(self) -> list[str]:
        """The emergency announcements that callers hear."""
        from fsbridge.adapters.store.emergencies import StoredEmergencies

        return [one.text for one in StoredEmergencies(self.panel.store).all()]

    def log(self, actor: str) -> list[str]:
        """What somebody did, as the audit log has it."""
        with self.panel.store.reading():
            rows = AuditEntry.select().where(AuditEntry.actor == actor).order_by(AuditEntry.id)
            return [f"{row.action} {row.which}" for row in rows]


if __name__ == "__main__":
    obey(Supervised(Path(sys.argv[1])))
