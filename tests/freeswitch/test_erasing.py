"""A centre is not erased while FreeSWITCH runs: it is asked, and says how many legs of calls there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsbridge.adapters.handover.erasing import StoredData
from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fill import fill
from fsbridge.config import load
from fsbridge.esl import Raw
from fsbridge.handing import erasure_of
from fsbridge.services.erasure import EraseRefused
from tests.adapters.handover.everything import NOON
from tests.freeswitch.freeswitch import LocalSwitch
from tests.waiting import wait_for


def test_calls_stand_against_the_end_of_a_centre(switch: LocalSwitch, tmp_path: Path) -> None:
    settings = load(
        home=tmp_path,
        environment={
            "FSBRIDGE_SWITCH_PORT": str(switch.conf.port),
            "FSBRIDGE_SWITCH_PASSWORD": switch.conf.password,
            "FSBRIDGE_OUTBOUND_PORT": "1",
        },
    )
    data = example("kanazawa")
    store = Store(settings.database_url)
    store.migrate()
    fill(store, data, by="sato", at=NOON)
    try:
        erasure = erasure_of(settings, store)
        assert "(0 legs of calls): stop it first" in erasure.plan().running[0]
        switch.api("originate", "null/somebody", Raw("&park()"))
        wait_for(switch.channels, "a call", 10)
        with pytest.raises(EraseRefused, match=r"FreeSWITCH at .* runs \([1-9]\d* legs of calls\)"):
            erasure.run(data.plan.name, by="sato", why="契約終了")
        assert StoredData(store).centre() == data.plan.name
    finally:
        store.close()
        switch.api("hupall")
        switch.idle()
