from gevent import monkey

monkey.patch_all()  # before anything opens a socket

"""A whole centre for the desk: embedded switch, Verto, panel; a JSON command a line, an answer a line."""

import copy
import json
import secrets
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gevent.fileobject import FileObject

from e2e.parts import PASSWORD
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.models import Leg, Note
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.app import load_app
from fsbridge.commands.paneling import Paneled
from fsbridge.config import Settings, load
from fsbridge.demonstration import Murmur, browsers_of, embedded_switch, free_port
from fsbridge.domain.contacts import Card
from fsbridge.domain.duty import Choice, Status
from fsbridge.running import Running
from fsbridge.services.contacts import Contacts
from fsbridge.services.plan_live import at_once
from fsbridge.services.users import Users
from fsbridge.stages import Caller
from fsbridge.stages.embedded import EmbeddedStage
from tests.waiting import wait_for

OUTSIDE = "0312345678"
MORNING = datetime(2027, 5, 12, 10, 0, tzinfo=UTC).replace(hour=1)
"""Ten o'clock in Kanazawa, on a day of the normal season: sixteen seats."""
PEOPLE = tuple(f"op{number:02}" for number in range(1, 18))
"""Who can log in: all sixteen of the example, and one more."""


def filled(home: Path) -> Settings:
    """The example centre in a folder: people who can log in, contacts, a carrier."""
    data = example("kanazawa")
    settings = load(
        home=home,
        environment={},
        overrides={
            "zone": data.plan.zone,
            "switch.port": str(free_port()),
            "outbound.port": str(free_port()),
            "switch.verto_port": str(free_port()),
            "switch.password": secrets.token_urlsafe(24),
            "switch.carrier": "127.0.0.1:5090",
            "speech.engine": "tone",
            "cdr.port": "0",
            "cdr.sweep": "1",
        },
    )
    store = Store(settings.database_url)
    now = datetime.now(UTC)
    store.migrate()
    fill(store, data, by="test", at=now)
    users = Users(StoredUsers(store), hashed=Passwords(memory_kib=64).hash)
    users.add("op17", "竹田 美月", ["operator"], by="test", at=now, kana="タケダ ミヅキ")
    for login in PEOPLE:
        users.set_password(login, PASSWORD, by="test", at=now)
    contacts = Contacts(StoredContacts(store), PhoneNumbers("JP"))
    card = Card(
        name="金沢住宅管理 広岡営業所",
        kana="カナザワ ジュウタクカンリ",
        organisation="指定給水装置工事事業者",
        note="折り返しは 17 時まで",
        tags=("管理会社", "鍵預かり"),
        numbers=contacts.numbers([("076-000-0002", "代表")]),
    )
    contacts.add(card, by="test", now=now)
    store.close()
    return settings


class Story:
    """What a test lets happen; each method is a command."""

    def __init__(self, home: Path, port: int, settings: Settings | None = None) -> None:
        settings = settings or filled(home)
        plan = example("kanazawa").plan
        self.stage = EmbeddedStage(embedded_switch(settings, plan), pick_up=lambda: 0.5)
        self.browsers = browsers_of(self.stage, settings, plan.key)
        app = copy.copy(load_app("dialplan_scripts.centre"))
        app.clock, app.speech = (lambda: MORNING), Murmur()
        self.running = Running(settings, app)
        self.panel = Paneled(self.running, clock=app.clock, apart=at_once)
        self._port = port
        self._calls: dict[str, Caller] = {}
        self._sessions: dict[str, str] = {}
        self._stopping = threading.Event()

    def start(self) -> int:
        """Open the centre; the panel's port."""
        self.stage.start()
        if self.browsers is not None:
            self.browsers.start()
        self.stage.telephone(OUTSIDE, talks=lambda: 60.0)
        self.running.start()
        self.running.watch.link.wait_ready(30)
        threading.Thread(target=self._live, daemon=True).start()
        return self.panel.start("127.0.0.1", self._port)

    def call(self, number: str, key: str) -> None:
        """A citizen calls and presses a key as soon as the menu asks."""
        caller = self._calls[number] = self.stage.call("0762202722", number=number)
        wait_for(lambda: caller.asked, "the menu asks")
        caller.press(key)

    def hang_up(self, number: str) -> None:
        """The citizen hangs up."""
        self._calls[number].hang_up()

    def over(self, number: str) -> bool:
        """Whether the citizen's call is over."""
        return self._calls[number].over

    def keys(self, number: str) -> str:
        """The keys the citizen has heard."""
        return str(self._calls[number]._call.heard_keys)  # type: ignore[attr-defined]

    def sit(self, *operators: str) -> None:
        """Colleagues with a seat and a telephone that is picked up at once."""
        for operator in operators:
            plan = example("kanazawa").plan
            one = next(one for one in plan.operators if one.key == operator)
            contact = self.stage.telephone(one.extension, talks=lambda: 60.0)
            self._operators.introduce(operator)
            self._operators.distributor.set_contact(operator, contact)
            self.seat(operator)

    def seat(self, *operators: str) -> None:
        """Colleagues with a seat, and no telephone yet."""
        for operator in operators:
            self._sessions[operator] = f"the browser of {operator}"
            self._operators.log_in(operator, self._sessions[operator], datetime.now(UTC))

    def rest(self, *operators: str) -> None:
        """They leave."""
        for operator in operators:
            self._sessions.pop(operator, None)
            self._operators.kick(operator, datetime.now(UTC), by="test")

    def choose(self, operator: str, status: str) -> None:
        """Somebody's status changes."""
        self._operators.choose(operator, Choice(Status.named(status)), datetime.now(UTC))

    def status(self, operator: str) -> str:
        """What an operator does."""
        duty = self._operators.book.duty(operator)
        return duty.status.value if duty is not None else "logged out"

    def rule(self, flow: str, mode: str, seconds: int) -> None:
        """Another rule for the wrap-up of a flow."""
        from fsbridge.adapters.store.models import Flow

        with self.panel.store.writing():
            Flow.update(wrap_up=mode, wrap_up_seconds=seconds).where(Flow.key == flow).execute()

    def message(self, operator: str, text: str) -> None:
        """A supervisor writes; op01 is one."""
        assert self.running.supervising is not None
        self.running.supervising.messages.send(text, by="op02", now=datetime.now(UTC), to=operator)

    def notes(self) -> list[dict[str, Any]]:
        """What was written, with the call each note has found."""
        with self.panel.store.reading():
            return [
                {
                    "text": row.text,
                    "case": row.case_type.key if row.case_type is not None else "",
                    "saved": row.saved_at is not None,
                    "call": row.call.number if row.call is not None else "",
                }
                for row in Note.select().order_by(Note.id)
            ]

    def legs(self) -> list[str]:
        """The kinds of operators' legs in the history."""
        with self.panel.store.reading():
            return [row.kind for row in Leg.select().order_by(Leg.id)]

    def clear(self) -> None:
        """Every call is over."""
        self.stage.clear()

    def last_call(self) -> str:
        """The number of the last call in the history."""
        from fsbridge.adapters.store.models import Call

        with self.panel.store.reading():
            row = Call.select().order_by(Call.id.desc()).first()
            return str(row.number) if row is not None else ""

    def secrets(self) -> int:
        """How many telephones may log in."""
        folder = self.running.settings.switch_folder / "conf" / "directory" / "operators.d"
        return len(list(folder.glob("*.xml")))

    def cut(self) -> None:
        """The switch loses every browser's socket."""
        assert self.browsers is not None
        for one in list(self.browsers._sockets):
            one.cut()

    @property
    def _operators(self) -> Any:
        assert self.running.attending is not None
        return self.running.attending.operators

    def _live(self) -> None:
        while not self._stopping.wait(3):
            for session in list(self._sessions.values()):
                self._operators.seats.beat(session, datetime.now(UTC))


def main() -> None:
    obey(Story(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))


def obey(story: Story) -> None:
    """Start, and do what is said until nothing more is."""
    print(json.dumps(story.start()), flush=True)
    for line in FileObject(sys.stdin.fileno(), "r"):  # the standard one would hold everybody up
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(story, name)(*arguments)), flush=True)


if __name__ == "__main__":
    main()
