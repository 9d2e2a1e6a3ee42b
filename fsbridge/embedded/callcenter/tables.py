"""mod_callcenter's tables: who there is, what changes, and the events a change fires."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fsbridge.embedded.arguments import atoi
from fsbridge.embedded.callcenter.model import (
    ABANDONED,
    AGENT_STATES,
    ANSWERED,
    AVAILABLE,
    CALLBACK,
    ON_DEMAND,
    RECEIVING,
    STANDBY_AGENT,
    STATUSES,
    TIER_STATES,
    TRYING,
    WAITING,
    Agent,
    Member,
    Queue,
    QueueConf,
    Tier,
)
from fsbridge.embedded.core import Core

SUBCLASS = "callcenter::info"
_COUNTS = (
    "ready_time",
    "busy_delay_time",
    "reject_delay_time",
    "no_answer_delay_time",
    "max_no_answer",
    "wrap_up_time",
)


class Refused(Exception):
    """A change that mod_callcenter does not make; the text is its own."""


class Tables:
    """The state of the call centre. `changed` is called after whatever a dispatcher might act on."""

    def __init__(self, core: Core, queues: Iterable[QueueConf] = ()) -> None:
        self.core = core
        self.known: dict[str, QueueConf] = {conf.name: conf for conf in queues}
        """The queues of the configuration, loaded or not."""
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, Agent] = {}
        self.tiers: dict[tuple[str, str], Tier] = {}
        self.members: dict[str, Member] = {}
        self.changed: Callable[[], object] = lambda: None
        self.stop_offers: Callable[[str, str], object] = lambda member, cause: None
        """Hangs up the telephones that ring for a member."""

    def fire(self, action: str, **headers: str) -> None:
        """Fires an event that concerns no leg; each header's name is written without its ``CC-``."""
        named = {f"CC-{name}": value for name, value in headers.items()}
        first = {key: named.pop(key) for key in ("CC-Queue",) if key in named}
        self.core.fire("CUSTOM", {**first, "CC-Action": action, **named}, subclass=SUBCLASS)

    # -- queues ---------------------------------------------------------------------------------

    def queue(self, name: str) -> Queue | None:
        """A queue, loaded now if it was not."""
        found = self.queues.get(name)
        return found if found is not None else self.load(name)

    def load(self, name: str) -> Queue | None:
        """Loads a queue afresh; None if the configuration has none of this name."""
        conf = self.known.get(name)
        if conf is None:
            return None
        queue = self.queues[name] = Queue(conf)
        return queue

    def count(self, queue: str) -> None:
        """Tells how many wait in a queue."""
        waiting = sum(
            1
            for member in self.members.values()
            if member.queue == queue and member.state in (WAITING, TRYING)
        )
        self.fire("members-count", Queue=queue, Count=str(waiting), Selection="Single-Queue")
        self._presence(queue)

    def _presence(self, queue: str) -> None:
        waiting = sum(
            1 for member in self.members.values() if member.queue == queue and member.state == WAITING
        )
        self.core.fire(
            "PRESENCE_IN",
            {
                "proto": "callcenter",
                "login": queue,
                "from": queue,
                "force-status": f"Active ({waiting} waiting)" if waiting else "Idle",
                "rpid": "unknown",
                "event_type": "presence",
                "alt_event_type": "dialog",
                "event_count": "0",
                "channel-state": "CS_ROUTING" if waiting else "CS_HANGUP",
                "unique-id": queue,
                "answer-state": "confirmed" if waiting else "terminated",
                "presence-call-direction": "inbound",
            },
        )

    # -- agents ---------------------------------------------------------------------------------

    def add_agent(self, name: str, kind: str) -> None:
        """Makes an agent known, logged out."""
        if kind.lower() not in (CALLBACK, STANDBY_AGENT):
            raise Refused("Agent type invalid!")
        if name in self.agents:
            raise Refused("Agent already exist!")
        self.agents[name] = Agent(name, type=kind)
        self.fire("agent-add", Agent=name, **{"Agent-Type": kind})
        self.changed()

    def remove_agent(self, name: str) -> None:
        """Forgets an agent and its tiers."""
        self.agents.pop(name, None)
        for key in [key for key in self.tiers if key[1] == name]:
            del self.tiers[key]
        self.changed()

    def set_agent(self, key: str, value: str, name: str) -> None:
        """Changes one thing about an agent."""
        agent = self.agents.get(name)
        if agent is None:
            raise Refused("Agent not found!")
        key = key.lower()
        if key == "status":
            self._set_status(agent, value)
        elif key == "state":
            self._set_state(agent, value)
        elif key == "contact":
            agent.contact = value
            self.fire("agent-contact-change", Agent=name, **{"Agent-Contact": value})
        elif key == "uuid":
            agent.uuid = value
        elif key == "type":
            if value.lower() not in (CALLBACK, STANDBY_AGENT):
                raise Refused("Invalid Agent Type!")
            agent.type = value
        elif key in _COUNTS:
            setattr(agent, key, atoi(value))
        else:
            raise Refused("Invalid Agent Update KEY!")
        self.changed()

    def reserve(self, agent: Agent, state: str) -> bool:
        """Puts an agent that waits into a state; False if it waits no more."""
        if agent.state != WAITING or agent.status not in (AVAILABLE, ON_DEMAND):
            return False
        agent.state = state
        self.fire("agent-state-change", Agent=agent.name, **{"Agent-State": state})
        return True

    def _set_status(self, agent: Agent, status: str) -> None:
        if status.lower() not in [known.lower() for known in STATUSES]:
            raise Refused("Invalid Agent Status!")
        now = self.core.second()
        if status.lower() != AVAILABLE.lower():
            agent.last_status_change = now
            agent.status = status
            for member in list(self.members.values()):
                if member.serving_agent == agent.name and member.state != ANSWERED:
                    self.stop_offers(member.uuid, "ORIGINATOR_CANCEL")
        elif agent.status != status:
            agent.status, agent.last_status_change = status, now
            agent.talk_time = agent.calls_answered = agent.no_answer_count = 0
        self.fire("agent-status-change", Agent=agent.name, **{"Agent-Status": status})

    def _set_state(self, agent: Agent, state: str) -> None:
        if state.lower() not in [known.lower() for known in AGENT_STATES]:
            raise Refused("Invalid Agent State!")
        agent.state = state
        if state.lower() == RECEIVING.lower():
            agent.last_offered_call = self.core.second()
        self.fire("agent-state-change", Agent=agent.name, **{"Agent-State": state})

    # -- tiers ----------------------------------------------------------------------------------

    def add_tier(self, queue: str, agent: str, level: int, position: int) -> None:
        """Lets an agent serve a queue."""
        if self.queue(queue) is None:
            raise Refused("Queue not found!")
        if agent not in self.agents:
            raise Refused("Agent not found!")
        if (queue, agent) in self.tiers:
            raise Refused("Tier already exist!")
        self.tiers[queue, agent] = Tier(queue, agent, level=level, position=position)
        self.changed()

    def set_tier(self, key: str, value: str, queue: str, agent: str) -> None:
        """Changes one thing about a tier."""
        tier = self.tiers.get((queue, agent))
        if tier is None:
            raise Refused("Unknown Error!")  # mod_callcenter has no better word for it
        key = key.lower()
        if key == "state":
            if value.lower() not in [known.lower() for known in TIER_STATES]:
                raise Refused("Invalid Tier State!")
            tier.state = value
        elif key in ("level", "position"):
            setattr(tier, key, atoi(value))
        else:
            raise Refused("Invalid Tier Update KEY!")
        self.changed()

    def remove_tier(self, queue: str, agent: str) -> None:
        """Lets an agent no longer serve a queue."""
        self.tiers.pop((queue, agent), None)
        self.changed()

    def tiers_of(self, queue: str) -> list[tuple[Agent, Tier]]:
        """Who serves a queue, in the order in which they were made known."""
        return [
            (agent, tier)
            for agent in self.agents.values()
            if (tier := self.tiers.get((queue, agent.name))) is not None
        ]

    # -- members --------------------------------------------------------------------------------

    def abandon(self, member: Member) -> None:
        """The member has left; its row stays a while."""
        member.state, member.session_uuid = ABANDONED, ""
        member.abandoned_epoch = self.core.second()
        self.changed()

    def resumable(self, queue: str, number: str) -> Member | None:
        """The member of this number who left a queue last and may take the old place again."""
        left = [
            member
            for member in self.members.values()
            if (member.queue, member.cid_number, member.state) == (queue, number, ABANDONED)
        ]
        return max(left, key=lambda member: member.abandoned_epoch, default=None)
