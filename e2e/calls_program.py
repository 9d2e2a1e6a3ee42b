from gevent import monkey

monkey.patch_all()  # before anything opens a socket

"""The panel over three days of calls in a folder, until it is killed: prints its port."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import gevent

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.attending import operators_of, unreachable
from fsbridge.config import load
from fsbridge.domain.tally import Definitions
from fsbridge.recording import folder_of
from fsbridge.services.floor import Floor
from fsbridge.services.users import Users
from tests.webpanel.browsing import PASSWORD, PEOPLE
from tests.webpanel.pasts import lay_down
from webpanel import Centre, Kept, create_panel


def main(home: Path) -> None:
    settings = load(home=home, environment={})
    plan = example("kanazawa").plan
    store = Store(settings.database_url)
    store.migrate()
    now = datetime.now(UTC)
    fill(store, example("kanazawa"), by="test", at=now)
    users = Users(StoredUsers(store), hashed=Passwords(memory_kib=64).hash)
    known = {one.login for one in users.all()}
    for login, roles in PEOPLE.items():
        if login in known:
            users.set_roles(login, roles, by="test", at=now)
            users.set_password(login, PASSWORD, by="test", at=now)
        else:
            users.add(login, login, roles, by="test", at=now, password=PASSWORD)
    lay_down(store, folder_of(settings))
    at = datetime(2027, 3, 4, 10, 30, tzinfo=plan.schedule.clock)
    operators = operators_of(store, lambda: plan, unreachable("none in this test"), clock=lambda: at)
    apart = gevent.get_hub().threadpool.apply
    kept = Kept(settings=settings, store=store, operators=operators, apart=apart)
    floor = Floor(Definitions(zone=plan.schedule.clock))
    panel = create_panel(Centre.whole(floor, lambda: plan, kept, clock=lambda: at))
    print(panel.start("127.0.0.1", 0), flush=True)
    while True:
        gevent.sleep(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
