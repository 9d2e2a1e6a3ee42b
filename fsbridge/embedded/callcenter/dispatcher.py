"""mod_callcenter's dispatcher: who is offered which caller, and when it looks again.

FreeSWITCH looks ten times a second. Here a look follows a tenth of a second after something that
could change its outcome, and at the moment when time alone will: the outcome is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from fsbridge.embedded.arguments import atoi
from fsbridge.embedded.callcenter.model import (
    ABANDONED,
    NO_ANSWER,
    OFFERING,
    ON_BREAK,
    READY,
    RECEIVING,
    RESERVED,
    RING_ALL,
    RING_PROGRESSIVELY,
    STANDBY,
    TRYING,
    WAITING,
    Agent,
    Member,
    Queue,
    QueueConf,
    Tier,
)
from fsbridge.embedded.callcenter.strategies import Served, in_order
from fsbridge.embedded.callcenter.tables import Tables
from fsbridge.embedded.clock import Timer

TICK = 100_000
"""Microseconds between two looks."""


@dataclass(frozen=True)
class Offering:
    """A caller offered to an agent, as both were at that moment."""

    queue: QueueConf
    member: Member
    agent: Agent


class Dispatcher:
    """Looks for agents; `offer` is told whom to call for whom, `looked` which queue was looked at."""

    def __init__(
        self,
        tables: Tables,
        offer: Callable[[Offering], None],
        looked: Callable[[Queue], None],
        *,
        reserve_agents: bool = False,
    ) -> None:
        self._tables, self._offer, self._looked = tables, offer, looked
        self._reserve = reserve_agents
        self._core = tables.core
        self._began = self._core.clock.micro()
        self._timer: Timer | None = None
        self._due = 0
        self._next: int | None = None
        self._seen: set[str] = set()
        """Members for whom somebody was present at the last look."""
        self._nobody: dict[str, int] = {}
        """Queues in which this look found nobody free, and since when that member had waited."""
        tables.changed = self.wake

    def wake(self) -> None:
        """Something has changed: look at the next tick, if there is anybody to look for."""
        if self._tables.members:
            self._look_at(self._core.clock.micro() + 1)

    def _look_at(self, micro: int) -> None:
        now = self._core.clock.micro()
        ticks = -(-(max(micro, now) - self._began) // TICK)
        due = self._began + ticks * TICK
        if self._timer is not None and self._timer.action is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due
        self._timer = self._core.clock.later((due - now) / 1_000_000, self._look)

    def _again(self, second: int) -> None:
        """Look again when this second has begun, even if nothing changes."""
        if second > self._core.second() and (self._next is None or second < self._next):
            self._next = second

    # -- a look ---------------------------------------------------------------------------------

    def _look(self) -> None:
        self._timer, self._next = None, None
        self._nobody.clear()
        self._seen &= self._tables.members.keys()
        now = self._core.second()
        rows = [
            replace(member)
            for member in self._tables.members.values()
            if member.state in (WAITING, ABANDONED)
            or (member.state == TRYING and member.serving_agent in (RING_ALL, RING_PROGRESSIVELY))
        ]
        for row in sorted(rows, key=lambda member: -member.score(now)):
            self._look_for(row)
        for name in {row.queue for row in rows if row.state != ABANDONED}:
            if name in self._tables.queues:
                self._looked(self._tables.queues[name])
        if self._next is not None:
            self._look_at(self._next * 1_000_000)

    def _look_for(self, row: Member) -> None:
        tables, now = self._tables, self._core.second()
        member, queue = tables.members.get(row.uuid), tables.queue(row.queue)
        if member is None:
            return
        if queue is None:
            del tables.members[row.uuid]
            return
        if row.state == ABANDONED:
            gone = (row.abandoned_epoch or row.joined_epoch) + queue.conf.discard_abandoned_after
            if gone < now:
                del tables.members[row.uuid]
                self._seen.discard(row.uuid)
            else:
                self._again(gone + 1)
            return
        _follow_strategy(member, row.serving_agent, queue.conf.strategy)
        leg = self._core.find(row.session_uuid)
        variables = leg.variables if leg is not None else {}
        if queue.together and member.state == WAITING:
            member.state = TRYING
        if queue.conf.strategy == RING_PROGRESSIVELY and "cc_last_originated_call" in variables:
            until = atoi(variables["cc_last_originated_call"]) + (queue.conf.ring_progressively_delay or 10)
            if now < until and variables.get("cc_agent_found") != "true":
                self._again(until)
                return
        self._try_agents(queue, member, row, variables)

    def _try_agents(self, queue: Queue, member: Member, row: Member, variables: dict[str, str]) -> None:
        tables, conf, now = self._tables, queue.conf, self._core.second()
        if self._in_vain(conf, row):
            queue.last_agent_exist = queue.last_agent_exist_check = now
            self._seen.add(row.uuid)
            return
        last = (
            atoi(variables.get("cc_last_agent_tier_level")),
            atoi(variables.get("cc_last_agent_tier_position")),
        )
        served = in_order(conf.strategy, tables.tiers_of(conf.name), last=last, dice=self._core.random)
        called = False
        for agent, tier in self._allowed(conf, row, served):
            called = True
            if self._call(queue, member, row, agent, tier, variables):
                break
        if served and not called and conf.strategy != "top-down":
            self._nobody[conf.name] = row.joined_epoch
        queue.last_agent_exist_check = now
        if served:
            queue.last_agent_exist = now
            self._seen.add(row.uuid)
        else:
            if row.uuid in self._seen:  # until a moment ago there was somebody
                self._seen.discard(row.uuid)
                queue.last_agent_exist = now
            if conf.strategy == "top-down" and any(last):
                variables.pop("cc_last_agent_tier_level", None)
                variables.pop("cc_last_agent_tier_position", None)
                self._look_at(self._core.clock.micro() + 1)
            if conf.max_wait_time_with_no_agent:
                self._again(now + 1)

    def _in_vain(self, conf: QueueConf, row: Member) -> bool:
        """Whether somebody of the same queue who may have at least the same agents has found none free."""
        since = self._nobody.get(conf.name)
        return since is not None and (not conf.tier_rules_apply or row.joined_epoch >= since)

    def _allowed(self, conf: QueueConf, row: Member, served: list[Served]) -> Iterator[Served]:
        """The agents up to the tier that this member has waited long enough for."""
        now, reached, available = self._core.second(), 0, 0
        for agent, tier in served:
            if conf.tier_rules_apply and tier.level > reached:
                wait = conf.tier_rule_wait_second * (tier.level if conf.tier_rule_wait_multiply_level else 1)
                if conf.tier_rule_no_agent_no_wait and available == 0:
                    reached = tier.level
                elif now - row.joined_epoch >= wait:
                    reached, available = tier.level, 0
                else:
                    self._again(row.joined_epoch + wait)
                    return
            available += 1
            if self._free(conf, agent, tier):
                yield agent, tier

    def _free(self, conf: QueueConf, agent: Agent, tier: Tier) -> bool:
        now = self._core.second()
        if tier.state not in (NO_ANSWER, READY) or agent.state != WAITING or agent.status == ON_BREAK:
            return False
        if conf.skip_agents_with_external_calls and agent.external_calls_count > 0:
            return False
        rested = agent.last_bridge_end + agent.wrap_up_time + 1
        if now < max(rested, agent.ready_time):
            self._again(max(rested, agent.ready_time))
            return False
        return True

    def _call(
        self,
        queue: Queue,
        member: Member,
        row: Member,
        agent: Agent,
        tier: Tier,
        variables: dict[str, str],
    ) -> bool:
        """Offers the member to the agent; True if no further agent is to be tried now."""
        tables, conf = self._tables, queue.conf
        if self._reserve and not tables.reserve(agent, RESERVED):
            return False
        if queue.together:
            if member.serving_agent != conf.strategy:
                return True
        elif member.state != WAITING:
            return True
        else:
            member.serving_agent, member.serving_system, member.state = agent.name, agent.instance_id, TRYING
        if conf.strategy == RING_PROGRESSIVELY:
            variables["cc_last_originated_call"] = str(self._core.second())
            self._again(self._core.second() + (conf.ring_progressively_delay or 10))
        if conf.strategy == "top-down":
            variables["cc_last_agent_tier_position"] = str(tier.position)
            variables["cc_last_agent_tier_level"] = str(tier.level)
        asked = replace(agent)
        tables.set_agent("state", RECEIVING, agent.name)
        for one in tables.tiers.values():
            if one.agent == agent.name:
                if one.queue == conf.name:
                    one.state = OFFERING
                elif one.state == READY:
                    one.state = STANDBY
        self._offer(Offering(conf, row, asked))
        return conf.strategy != RING_ALL


def _follow_strategy(member: Member, serving: str, strategy: str) -> None:
    """A queue's strategy may change under the callers who wait in it."""
    together = (RING_ALL, RING_PROGRESSIVELY)
    if serving in together and serving != strategy:
        member.serving_agent = strategy if strategy in together else ""
        if strategy not in together and member.state == TRYING:
            member.state = WAITING
    elif strategy in together and serving == "" and member.state == WAITING:
        member.serving_agent, member.state = strategy, TRYING
