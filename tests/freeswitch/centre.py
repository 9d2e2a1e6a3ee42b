"""The centre's own program beside a real FreeSWITCH: the scripts served, the floor in step."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from dialplan_scripts.kanazawa import app as kanazawa
from fsbridge.app import Watch, serving
from tests.freeswitch.freeswitch import NUMBER, LocalSwitch
from tests.waiting import wait_for

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2027, 3, 3, 10, 0, tzinfo=TOKYO)
NIGHT = datetime(2027, 3, 3, 23, 0, tzinfo=TOKYO)


class BriefSpeech:
    """Announcements of a fifth of a second, so that a test of many calls does not last hours."""

    def render(self, text: str, voice: str) -> str:
        return "tone_stream://v=-20;%(200,0,440)"


class Centre:
    """What `fsbridge run` starts, in this process; `clock` is the time the scripts see."""

    def __init__(self, switch: LocalSwitch, clock: datetime = MORNING) -> None:
        self.clock = clock
        self.app = copy.copy(kanazawa)
        self.app.speech = BriefSpeech()
        self.app.clock = lambda: self.clock
        self.switch = switch
        self.failures: list[BaseException] = []
        self.server = serving(self.app, port=switch.conf.script_port)
        self.watch = Watch(switch.conf.host, switch.conf.port, switch.conf.password)
        self.floor = self.watch.floor

    def __enter__(self) -> Centre:
        self.server.start()
        self.watch.start()
        self.watch.link.wait_ready(30)
        return self

    def __exit__(self, *_: object) -> None:
        self.watch.stop()
        self.server.drain(5)

    def in_step(self) -> None:
        """Wait until the live copy and what FreeSWITCH reports are the same, twice in a row."""

        def same() -> bool:
            return not any(self.floor.differences(self.watch.callcenter.facts()) for _ in range(2))

        wait_for(same, f"equal: {self.floor.differences(self.watch.callcenter.facts())}", 30)


def outcomes(records: list[Mapping[str, Mapping[str, str]]]) -> Counter[str]:
    """What became of each caller, from the JSON records alone and by other code than the product's."""
    count: Counter[str] = Counter()
    for record in records:
        variables = record["variables"]
        if variables.get("direction") != "inbound" or variables.get("sip_req_user") != NUMBER:
            continue  # operators' telephones, and FreeSWITCH's own legs to them
        if variables.get("cc_side") == "member":
            count["visits"] += 1
            if variables.get("cc_cause") == "answered":
                count["answered"] += 1
            elif variables.get("cc_cancel_reason") == "TIMEOUT":
                count["timed out"] += 1
            elif variables.get("cc_cancel_reason") == "BREAK_OUT":
                waited = int(variables["cc_queue_canceled_epoch"]) - int(variables["cc_queue_joined_epoch"])
                count["abandoned"] += 1
                count["abandoned after more than 6 s"] += waited > 6
            else:
                count[f"unexpected {variables.get('cc_cause')} {variables.get('cc_cancel_reason')}"] += 1
        else:
            count["without a visit"] += 1
    return count
