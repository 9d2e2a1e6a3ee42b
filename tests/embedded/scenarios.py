"""What was done in each recording, to be done again on any switch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from fsbridge.embedded import QueueConf, extension
from fsbridge.embedded.dialplan import Extension
from fsbridge.esl.frames import Event

MUSIC = "tone_stream://%(200,1800,425);loops=-1"
QUEUES = (
    QueueConf(
        "opening@kanazawa",
        moh_sound=MUSIC,
        time_base_score="system",
        record_template="/srv/fsc/rec/${strftime(%Y%m%d)}_${uuid}.wav",
    ),
    QueueConf("leak@kanazawa", "ring-all", moh_sound=MUSIC, time_base_score="system", max_wait_time=5),
)
HERE = "127.0.0.1:5070"
"""The address the recorded FreeSWITCH called itself at."""
BYE = (("playback", "tone_stream://%(300,0,620)"), ("hangup", "NORMAL_CLEARING"))
EXTENSIONS: tuple[Extension, ...] = (
    extension(
        "^queue_(.+)$", ("answer",), ("set", "cc_exit_keys=9"), ("callcenter", "$1@kanazawa"), *BYE, name="q"
    ),
    extension("^agent[0-9]+$", ("ring_ready",), ("sleep", "700"), ("answer",), ("sleep", "60000")),
    extension(
        "^short[0-9]+$", ("ring_ready",), ("sleep", "700"), ("answer",), ("sleep", "2500"), ("hangup",)
    ),
    extension("^noanswer[0-9]+$", ("ring_ready",), ("sleep", "60000")),
    extension("^busy[0-9]*$", ("hangup", "USER_BUSY")),
    extension(
        "^to_(.+)$",
        ("answer",),
        ("set", "continue_on_fail=USER_BUSY"),
        ("bridge", f"[leg_timeout=8]sofia/internal/$1@{HERE}"),
        *BYE,
    ),
    extension("^moves$", ("answer",), ("sleep", "200"), ("transfer", "stays XML public")),
    extension("^stays$", ("answer",), *BYE),
    extension("^scriptless$", ("socket", "127.0.0.1:1 async full"), *BYE),
)
"""The dialplan of the recordings, as Python and (see `as_xml`) for a real FreeSWITCH."""


class Stage(Protocol):
    """A switch with a client that hears all its events."""

    events: list[Event]

    def phone(self, name: str) -> str:
        """The address of an extension."""

    def api(self, line: str) -> str:
        """Run a command; the answer."""

    def background(self, line: str) -> Mapping[str, str]:
        """Run a command with ``bgapi``; the headers of the reply."""

    def wait(self, seconds: float, brief: float | None = None) -> None:
        """Let time pass; `brief` is enough where it is real time."""

    def until(self, reached: Callable[[], bool]) -> None:
        """Let time pass until something holds."""


Facts = dict[str, Any]


def agent(stage: Stage, name: str, phone: str, tier: str, **numbers: int) -> None:
    """Makes an agent known on a telephone, with numbers, in a tier."""
    stage.api(f"callcenter_config agent add {name} callback")
    stage.api(f"callcenter_config agent set contact {name} [leg_timeout=4]{stage.phone(phone)}")
    for key, value in numbers.items():
        stage.api(f"callcenter_config agent set {key} {name} {value}")
    queue, *where = tier.split()
    stage.api(f"callcenter_config tier add {queue} {name} {' '.join(where)}")


def status(stage: Stage, name: str, word: str) -> str:
    return stage.api(f"callcenter_config agent set status {name} '{word}'")


def call(stage: Stage, number: str, queue: str) -> str:
    """A caller for a queue; the uuid of the caller's own leg."""
    variables = (
        f"{{origination_caller_id_number={number},origination_caller_id_name='',absolute_codec_string=PCMU}}"
    )
    return stage.api(f"originate {variables}{stage.phone(queue)} &park()").split()[-1]


def over(stage: Stage) -> bool:
    """Whether every leg that was made has been destroyed."""
    made = sum(event.name == "CHANNEL_CREATE" for event in stage.events)
    return made > 0 and made == sum(event.name == "CHANNEL_DESTROY" for event in stage.events)


def heard(stage: Stage, times: int, name: str, **said: str) -> None:
    """Let time pass until an event has come so often, with headers written with _ for -.

    What is done next then follows from what was said, however long the machine took for it.
    """
    wanted = {header.replace("_", "-"): value for header, value in said.items()}

    def reached() -> bool:
        return times <= sum(
            event.name == name and all(event.headers.get(key) == value for key, value in wanted.items())
            for event in stage.events
        )

    stage.until(reached)


def talks(stage: Stage, name: str) -> None:
    """Let time pass until an agent is in a call: that is the last that is said of it."""
    heard(stage, 1, "CUSTOM", CC_Action="agent-state-change", CC_Agent=name, CC_Agent_State="In a queue call")


def answered_caller_hangs_up(stage: Stage, facts: Facts) -> None:
    agent(stage, "op01", "agent1", "opening@kanazawa 1 1", wrap_up_time=2)
    status(stage, "op01", "Available")
    stage.wait(0.5)
    facts["caller"] = call(stage, "0762201111", "queue_opening")
    stage.wait(4, 0)
    talks(stage, "op01")
    stage.api(f"uuid_kill {facts['caller']}")
    stage.until(lambda: over(stage))
    facts["agent list"] = stage.api("callcenter_config agent list")


def answered_agent_hangs_up(stage: Stage, facts: Facts) -> None:
    agent(stage, "op02", "short2", "opening@kanazawa 1 1", wrap_up_time=2)
    status(stage, "op02", "Available")
    facts["caller"] = call(stage, "0762202222", "queue_opening")
    stage.until(lambda: over(stage))


def abandoned_while_waiting(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762203333", "queue_opening")
    stage.wait(3, 0)
    heard(stage, 1, "PLAYBACK_START")
    facts["members while waiting"] = stage.api("callcenter_config queue list members opening@kanazawa")
    stage.api(f"uuid_kill {facts['caller']}")
    stage.wait(1, 0)
    facts["members after"] = stage.api("callcenter_config queue list members opening@kanazawa")


def wait_time_exceeded(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762204444", "queue_leak")
    stage.until(lambda: over(stage))


def exit_key(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762208888", "queue_opening")
    stage.wait(1.5, 0)
    heard(stage, 1, "PLAYBACK_START")
    facts["send_dtmf"] = stage.api(f"uuid_send_dtmf {facts['caller']} 9").rstrip("\n")
    stage.until(lambda: over(stage))
    stage.api(f"uuid_kill {facts['caller']}")


def busy_agent(stage: Stage, facts: Facts) -> None:
    agent(stage, "op05", "busy5", "opening@kanazawa 1 1", busy_delay_time=2, reject_delay_time=2)
    status(stage, "op05", "Available")
    facts["caller"] = call(stage, "0762206666", "queue_opening")
    stage.wait(6, 0)
    heard(stage, 4, "CUSTOM", CC_Action="agent-state-change", CC_Agent_State="Waiting")
    stage.api(f"uuid_kill {facts['caller']}")
    stage.until(lambda: over(stage))


def no_answer_then_next_agent(stage: Stage, facts: Facts) -> None:
    agent(stage, "op03", "noanswer3", "opening@kanazawa 1 1", max_no_answer=1, no_answer_delay_time=5)
    agent(stage, "op04", "agent4", "opening@kanazawa 2 1", wrap_up_time=1)
    status(stage, "op03", "Available")
    status(stage, "op04", "Available")
    facts["caller"] = call(stage, "0762205555", "queue_opening")
    stage.wait(9, 0)
    talks(stage, "op04")
    stage.api(f"uuid_kill {facts['caller']}")
    stage.until(lambda: over(stage))
    facts["agent list"] = stage.api("callcenter_config agent list")


def ring_all_two_agents(stage: Stage, facts: Facts) -> None:
    agent(stage, "op06", "agent6", "leak@kanazawa 1 1", wrap_up_time=1)
    agent(stage, "op07", "noanswer7", "leak@kanazawa 1 1")
    status(stage, "op06", "Available")
    status(stage, "op07", "Available")
    facts["caller"] = call(stage, "0762207777", "queue_leak")
    stage.wait(4, 0)
    talks(stage, "op06")
    heard(stage, 1, "CUSTOM", CC_Action="agent-state-change", CC_Agent="op07", CC_Agent_State="Waiting")
    stage.api(f"uuid_kill {facts['caller']}")
    stage.until(lambda: over(stage))


def agent_status_round(stage: Stage, facts: Facts) -> None:
    agent(stage, "op08", "agent8", "opening@kanazawa 1 1")
    facts["replies"] = []
    for word in ("Available", "On Break", "Available (On Demand)", "Logged Out", "Lunch"):
        facts["replies"].append([word, status(stage, "op08", word).rstrip("\n")])
        stage.wait(0.3, 0)
    for table in ("agent list", "tier list", "queue list"):
        facts[table] = stage.api(f"callcenter_config {table}")


def hold_and_eavesdrop(stage: Stage, facts: Facts) -> None:
    agent(stage, "op09", "agent9", "opening@kanazawa 1 1")
    status(stage, "op09", "Available")
    facts["caller"] = call(stage, "0762209999", "queue_opening")
    stage.wait(2.5, 0)
    talks(stage, "op09")
    stage.api("show channels as json")
    bridged = next(event for event in stage.events if event.name == "CHANNEL_BRIDGE")
    facts["agent leg"] = leg = bridged.headers["Bridge-B-Unique-ID"]
    facts["hold"] = [stage.api(f"uuid_hold {leg}").rstrip("\n")]
    stage.wait(1)
    heard(stage, 2, "CHANNEL_HOLD")
    facts["hold"].append(stage.api(f"uuid_hold off {leg}").rstrip("\n"))
    stage.wait(0.7)
    heard(stage, 2, "CHANNEL_UNHOLD")
    facts["eavesdrop"] = stage.api(f"originate {stage.phone('agent99')} &eavesdrop({leg})").rstrip("\n")
    stage.wait(2, 0.5)
    heard(stage, 1, "CHANNEL_EXECUTE", Application="eavesdrop")
    stage.api(f"uuid_kill {facts['caller']}")
    stage.until(lambda: over(stage))


def bgapi_and_errors(stage: Stage, facts: Facts) -> None:
    facts["bgapi reply"] = dict(stage.background(f"originate {stage.phone('busy')} &park()"))
    stage.until(lambda: over(stage))
    facts["bad api"] = stage.api("nosuchcommand x")
    facts["bad agent"] = stage.api("callcenter_config agent set status ghost Available")
    facts["status"] = stage.api("status")


def bridged_and_left_alone(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762201000", "to_short7")
    stage.until(lambda: over(stage))


def bridged_caller_hangs_up(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762202000", "to_agent7")
    stage.wait(1.5, 0)
    heard(stage, 1, "CHANNEL_BRIDGE")
    stage.api(f"uuid_kill {facts['caller']}")
    stage.until(lambda: over(stage))


def bridge_to_the_busy(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762203000", "to_busy7")
    stage.until(lambda: over(stage))


def transferred_by_the_dialplan(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762204000", "moves")
    stage.until(lambda: over(stage))


def transferred_from_outside(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762205000", "agent7")
    stage.wait(0.2)
    leg = next(
        event.headers["Unique-ID"]
        for event in stage.events
        if event.name == "CHANNEL_CREATE" and event.headers["Call-Direction"] == "inbound"
    )
    facts["transfer"] = stage.api(f"uuid_transfer {leg} stays XML public")
    stage.until(lambda: over(stage))


def nobody_serves_the_script(stage: Stage, facts: Facts) -> None:
    facts["caller"] = call(stage, "0762206000", "scriptless")
    stage.until(lambda: over(stage))


def nobody_is_there(stage: Stage, facts: Facts) -> None:
    address = stage.phone("nowhere")
    facts["answers"] = [
        stage.api(f"originate {address} &park()"),
        stage.api("originate error/CALL_REJECTED &park()"),
        stage.api("originate user/nobody@nowhere &park()"),
    ]


SCENARIOS: Mapping[str, Callable[[Stage, Facts], None]] = {
    play.__name__: play
    for play in (
        abandoned_while_waiting,
        agent_status_round,
        answered_agent_hangs_up,
        answered_caller_hangs_up,
        bgapi_and_errors,
        busy_agent,
        exit_key,
        hold_and_eavesdrop,
        no_answer_then_next_agent,
        ring_all_two_agents,
        wait_time_exceeded,
        bridge_to_the_busy,
        bridged_and_left_alone,
        bridged_caller_hangs_up,
        nobody_is_there,
        nobody_serves_the_script,
        transferred_by_the_dialplan,
        transferred_from_outside,
    )
}


def as_xml(profile: str, address: str) -> str:
    """The extensions in FreeSWITCH's own language, for one that calls itself otherwise."""
    rows = []
    for one in EXTENSIONS:
        condition = one.conditions[0]
        actions = "".join(
            f'<action application="{action.app}" data="{action.data}"/>' for action in condition.actions
        )
        rows.append(
            f'<extension name="{one.name}"><condition field="{condition.field}" '
            f'expression="{condition.expression}">{actions}</condition></extension>'
        )
    lines = "\n".join(rows).replace("sofia/internal/", f"sofia/{profile}/").replace(HERE, address)
    return f"<include>\n{lines}\n</include>\n"  # FreeSWITCH drops the line of a tag "include"


def queues_as_xml(folder: str, others: Sequence[str] = ()) -> str:
    """The queues as the configuration of mod_callcenter, and others that must be there."""
    rows = [f'<queue name="{name}"/>' for name in others if name not in {queue.name for queue in QUEUES}]
    for queue in QUEUES:
        settings = {
            "strategy": queue.strategy,
            "moh-sound": queue.moh_sound,
            "time-base-score": queue.time_base_score,
            "max-wait-time": queue.max_wait_time,
            "record-template": queue.record_template,
        }
        params = "".join(f'<param name="{key}" value="{value}"/>' for key, value in settings.items() if value)
        rows.append(f'<queue name="{queue.name}">{params}</queue>')
    return (
        f'<configuration name="callcenter.conf"><settings><param name="dbname" value="{folder}/db/cc.db"/>'
        f"</settings><queues>{''.join(rows)}</queues><agents></agents><tiers></tiers></configuration>"
    )
