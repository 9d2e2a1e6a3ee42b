"""On a real FreeSWITCH: several variables set by one command, whatever they hold."""

from __future__ import annotations

from fsbridge.esl import assignments
from tests.freeswitch.freeswitch import LocalSwitch

STAYS = """<include>
<extension name="stays"><condition field="destination_number" expression="^stays$">
  <action application="answer"/>
  <action application="park"/>
</condition></extension>
</include>
"""
HELD = {
    "fsbridge_plain": "gas",
    "fsbridge_list": "a=1;b=2",
    "fsbridge_name": 'O\'Hara \\ "Ken"',
    "fsbridge_words": "水道 の漏水",
}


def test_each_variable_has_its_own_value(switch: LocalSwitch) -> None:
    switch.extension("stays", STAYS)
    uuid = switch.call("stays")
    try:
        switch.api("uuid_setvar_multi", uuid, assignments(HELD))
        assert {name: switch.api("uuid_getvar", uuid, name).rstrip("\n") for name in HELD} == HELD
    finally:
        switch.api("uuid_kill", uuid)
