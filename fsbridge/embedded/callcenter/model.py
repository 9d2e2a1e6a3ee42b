"""What mod_callcenter keeps: queues, agents, tiers, members; in its own words and with its own columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

AVAILABLE, ON_DEMAND, ON_BREAK, LOGGED_OUT = "Available", "Available (On Demand)", "On Break", "Logged Out"
STATUSES = (LOGGED_OUT, AVAILABLE, ON_DEMAND, ON_BREAK)
WAITING, RECEIVING, IN_A_CALL, IDLE, RESERVED = "Waiting", "Receiving", "In a queue call", "Idle", "Reserved"
AGENT_STATES = (WAITING, RECEIVING, IN_A_CALL, IDLE, RESERVED)
NO_ANSWER, READY, OFFERING, ACTIVE, STANDBY = "No Answer", "Ready", "Offering", "Active Inbound", "Standby"
TIER_STATES = (NO_ANSWER, READY, OFFERING, ACTIVE, STANDBY)
TRYING, ANSWERED, ABANDONED = "Trying", "Answered", "Abandoned"
CALLBACK, STANDBY_AGENT = "callback", "uuid-standby"
RING_ALL, RING_PROGRESSIVELY = "ring-all", "ring-progressively"
TOGETHER = (RING_ALL, RING_PROGRESSIVELY)
"""Strategies under which a member is offered to several agents at once."""
BOX = "single_box"
"""mod_callcenter's name for this machine."""


@dataclass(frozen=True)
class QueueConf:
    """A queue as the configuration has it; times in seconds.

    >>> QueueConf("leak@kanazawa", strategy="ring-all", max_wait_time=5).tier_rules_apply
    False
    """

    name: str
    strategy: str = "longest-idle-agent"
    moh_sound: str = ""
    time_base_score: str = "queue"
    tier_rules_apply: bool = False
    tier_rule_wait_second: int = 0
    tier_rule_wait_multiply_level: bool = False
    tier_rule_no_agent_no_wait: bool = True
    discard_abandoned_after: int = 60
    abandoned_resume_allowed: bool = False
    max_wait_time: int = 0
    max_wait_time_with_no_agent: int = 0
    max_wait_time_with_no_agent_time_reached: int = 5
    record_template: str = ""
    ring_progressively_delay: int = 0
    skip_agents_with_external_calls: bool = True
    agent_no_answer_status: str = ON_BREAK


class Queue:
    """A queue that is loaded."""

    def __init__(self, conf: QueueConf) -> None:
        self.conf = conf
        self.calls_answered = self.calls_abandoned = 0
        self.last_agent_exist = self.last_agent_exist_check = 0
        """Seconds since 1970: when an agent was seen last, and looked for last."""

    @property
    def together(self) -> bool:
        """Whether a member is offered to several agents at once."""
        return self.conf.strategy in TOGETHER

    def row(self) -> dict[str, object]:
        """Its row in ``queue list``."""
        table = {one.name: getattr(self.conf, one.name) for one in fields(self.conf)}
        late = {name: table.pop(name) for name in _AFTER_COUNTS}
        return {
            **table,
            "calls_answered": self.calls_answered,
            "calls_abandoned": self.calls_abandoned,
            **late,
        }


_AFTER_COUNTS = ("ring_progressively_delay", "skip_agents_with_external_calls", "agent_no_answer_status")


@dataclass
class Agent:
    """An agent; epochs are whole seconds since 1970, 0 is never."""

    name: str
    instance_id: str = BOX
    uuid: str = ""
    type: str = CALLBACK
    contact: str = ""
    status: str = LOGGED_OUT
    state: str = WAITING
    max_no_answer: int = 0
    wrap_up_time: int = 0
    reject_delay_time: int = 0
    busy_delay_time: int = 0
    no_answer_delay_time: int = 0
    last_bridge_start: int = 0
    last_bridge_end: int = 0
    last_offered_call: int = 0
    last_status_change: int = 0
    no_answer_count: int = 0
    calls_answered: int = 0
    talk_time: int = 0
    ready_time: int = 0
    external_calls_count: int = 0

    @property
    def present(self) -> bool:
        """Whether the dispatcher sees it; one on a break counts."""
        return self.status in (AVAILABLE, ON_BREAK, ON_DEMAND)


@dataclass
class Tier:
    """That an agent serves a queue, and at which level and position."""

    queue: str
    agent: str
    state: str = READY
    level: int = 1
    position: int = 1


@dataclass
class Member:
    """A caller in a queue, or one who has left it within the last minute."""

    queue: str
    instance_id: str
    uuid: str
    session_uuid: str
    cid_number: str
    cid_name: str
    system_epoch: int
    joined_epoch: int
    rejoined_epoch: int = 0
    bridge_epoch: int = 0
    abandoned_epoch: int = 0
    base_score: int = 0
    skill_score: int = 0
    serving_agent: str = ""
    serving_system: str = ""
    state: str = WAITING

    def score(self, now: int) -> int:
        """What orders the callers: seconds waited, and what was given beforehand."""
        return now - self.joined_epoch + self.base_score + self.skill_score
