from gevent import monkey

monkey.patch_all()  # before anything opens a socket

"""A panel over the Kanazawa example in a folder of its own, with an administrator and two supervisors."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import gevent

from e2e.parts import PASSWORD
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.attending import operators_of, unreachable
from fsbridge.config import load
from fsbridge.domain.contacts import Card
from fsbridge.domain.tally import Definitions
from fsbridge.services.contacts import Contacts
from fsbridge.services.floor import Floor
from fsbridge.services.users import Users
from webpanel import Centre, Kept, create_panel

PEOPLE = {
    "admin": ("管理 太郎", "administrator"),
    "boss": ("主任 花子", "supervisor"),
    "deputy": ("副 二郎", "supervisor"),
}
"""Log-ins, and who they are."""


def filled(store: Store, now: datetime) -> None:
    """The example, its contacts, and the people."""
    data = example("kanazawa")
    fill(store, data, by="init", at=now)
    contacts = Contacts(StoredContacts(store), PhoneNumbers(data.plan.region))
    for one in data.contacts:
        numbers = contacts.numbers((number, "") for number in one.numbers)
        card = Card(name=one.name, kana=one.kana, organisation=one.organisation, note=one.note, tags=one.tags,
                    numbers=numbers)  # fmt: skip
        contacts.add(card, by="init", now=now)
    users = Users(StoredUsers(store), hashed=Passwords(memory_kib=64).hash)
    for login, (name, role) in PEOPLE.items():
        users.add(login, name, (role,), by="init", at=now, password=PASSWORD)


def main() -> None:
    settings = load(home=Path(sys.argv[1]), environment={})
    store = Store(settings.database_url)
    store.migrate()
    filled(store, datetime.now(UTC))
    plan = StoredPlan(store).load()

    def clock() -> datetime:
        return datetime(2027, 3, 4, 10, 30, tzinfo=plan.schedule.clock)

    kept = Kept(
        settings=settings,
        store=store,
        operators=operators_of(store, lambda: plan, unreachable("none in this test"), clock=clock),
        apart=lambda work: gevent.get_hub().threadpool.apply(work),
    )
    floor = Floor(Definitions(zone=plan.schedule.clock))
    panel = create_panel(Centre.whole(floor, StoredPlan(store).load, kept, clock=clock))
    print(panel.start("127.0.0.1", 0), flush=True)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
