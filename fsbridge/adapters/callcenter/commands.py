"""mod_callcenter's commands, typed, and its whole state in one question."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Protocol

from fsbridge.adapters.callcenter.lists import (
    FIRST_LEVEL,
    agent_rows,
    channel_rows,
    member_rows,
    queue_rows,
    tier_rows,
)
from fsbridge.domain.events import LeftReason
from fsbridge.domain.facts import AgentRow, ChannelRow, Facts, MemberRow, QueueRow, TierRow, VisitOutcome
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.errors import CommandFailed, InvalidArgument

logger = logging.getLogger(__name__)

_REASONS: Mapping[str, LeftReason] = {
    "TIMEOUT": LeftReason.TIMED_OUT,
    "NO_AGENT_TIMEOUT": LeftReason.NO_OPERATOR,
    "EXIT_WITH_KEY": LeftReason.EXIT_KEY,
    "BREAK_OUT": LeftReason.TAKEN_OUT,  # or hung up: the leg's own state tells
    "NONE": LeftReason.TAKEN_OUT,
}


class Api(Protocol):
    """Runs one FreeSWITCH API command and returns the answer; each argument is one token, quoted for it.

    A refusal is raised as `CommandFailed`, or returned as it is (``-ERR …``).
    """

    def __call__(self, name: str, *args: str) -> str: ...


class Callcenter:
    """mod_callcenter, behind any ``api`` function (``Link.api`` for one).

    Commands may be repeated without harm: adding what exists and removing what does not are no errors.

    >>> said = []
    >>> def api(name, *args):
    ...     said.append((name, *args))
    ...     return "+OK"
    >>> Callcenter(api).set_status("op01", OperatorStatus.ON_BREAK)
    >>> said
    [('callcenter_config', 'agent', 'set', 'status', 'op01', 'On Break')]
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    # Questions.

    def queues(self) -> tuple[QueueRow, ...]:
        """The queues that are loaded."""
        return queue_rows(self._run("queue", "list"))

    def operators(self) -> tuple[AgentRow, ...]:
        """Every operator it knows."""
        return agent_rows(self._run("agent", "list"))

    def operator(self, name: str) -> AgentRow | None:
        """One operator; None if it knows none of this name."""
        found = agent_rows(self._run("agent", "list", _name("operator", name)))
        return found[0] if found else None

    def tiers(self) -> tuple[TierRow, ...]:
        """Who serves which queue."""
        return tier_rows(self._run("tier", "list"))

    def members(self, queue: str) -> tuple[MemberRow, ...]:
        """The visits of one queue, those that left within the last minute included."""
        return member_rows(self._run("queue", "list", "members", _name("queue", queue)))

    def channels(self) -> tuple[ChannelRow, ...]:
        """Every leg of this FreeSWITCH."""
        return channel_rows(_good("show channels", self._api("show", "channels", "as", "json")))

    def facts(self) -> Facts:
        """Everything a live copy is compared with or rebuilt from.

        Callers are asked for before legs: who leaves in between is then still found by the leg.
        """
        queues = self.queues()
        members = tuple(row for queue in queues for row in self.members(queue.name))
        agents = self.operators()
        return Facts(
            queues=queues, members=members, agents=agents, tiers=self.tiers(), channels=self.channels()
        )

    def outcomes(self, unsettled: Mapping[str, str]) -> dict[str, VisitOutcome]:
        """What became of visits (by visit, each with its caller's leg), as those legs remember it.

        A leg may be on its way out while it is asked, or gone: then its caller hung up. One that has been in
        another queue since remembers only that, and is left out.
        """
        found = {}
        for visit, leg in unsettled.items():
            outcome = self._outcome(visit, leg)
            if outcome is not None:
                found[visit] = outcome
        return found

    def _outcome(self, visit: str, leg: str) -> VisitOutcome | None:
        try:
            told = json.loads(_good("uuid_dump", self._api("uuid_dump", leg, "json")))
        except CommandFailed:
            return VisitOutcome(answered=False, reason=LeftReason.GAVE_UP)
        except ValueError:
            logger.warning("uuid_dump of leg %s did not answer in JSON", leg)
            return None
        if not isinstance(told, dict) or told.get("variable_cc_member_uuid") != visit:
            return None
        if told.get("variable_cc_cause") == "answered":
            return VisitOutcome(answered=True, operator=str(told.get("variable_cc_agent", "")))
        reason = _REASONS.get(str(told.get("variable_cc_cancel_reason", "")))
        if reason is LeftReason.TAKEN_OUT and told.get("Answer-State") == "hangup":
            reason = LeftReason.GAVE_UP
        return VisitOutcome(answered=False, reason=reason) if reason is not None else None

    # Commands.

    def add_operator(self, name: str, *, type: str = "callback") -> bool:
        """Make an operator known, logged out; False if it was already."""
        return self._run_unless("already exist", "agent", "add", _name("operator", name), _text("type", type))

    def remove_operator(self, name: str) -> None:
        """Forget an operator and the queues it serves."""
        self._run("agent", "del", _name("operator", name))

    def set_status(self, name: str, status: OperatorStatus) -> None:
        """Give an operator a status. Logging out in mid-call cuts nothing."""
        if status is OperatorStatus.UNKNOWN:
            raise InvalidArgument("status", "is not one mod_callcenter knows")
        self._set(name, "status", status.value)

    def set_state(self, name: str, state: OperatorState) -> None:
        """Put an operator into a state; WAITING ends the after-call work of one who is on demand."""
        if state is OperatorState.UNKNOWN:
            raise InvalidArgument("state", "is not one mod_callcenter knows")
        self._set(name, "state", state.value)

    def set_contact(self, name: str, contact: str) -> None:
        """Set the dial string an operator is called by."""
        self._set(name, "contact", _text("contact", contact))

    def set_number(self, name: str, key: str, value: int) -> None:
        """Set one of an operator's numbers: ``wrap_up_time``, ``max_no_answer``, ``reject_delay_time`` …"""
        if key not in _NUMBERS:
            raise InvalidArgument("key", f"is none of {', '.join(sorted(_NUMBERS))}")
        self._set(name, key, str(int(value)))

    def _set(self, name: str, key: str, value: str) -> None:
        self._run("agent", "set", key, _name("operator", name), value)

    def set_tier(self, queue: str, operator: str, *, level: int = 1, position: int = 1) -> None:
        """Let an operator serve a queue at a level and position, whether or not it did before."""
        pair = _name("queue", queue), _name("operator", operator)
        step = str(max(0, level - FIRST_LEVEL))
        if not self._run_unless("already exist", "tier", "add", *pair, step, str(position)):
            self._run("tier", "set", "level", *pair, step)
            self._run("tier", "set", "position", *pair, str(position))

    def free_tier(self, queue: str, operator: str) -> None:
        """Let an operator who has no call be offered one of this queue again, should it be stuck."""
        self._run("tier", "set", "state", _name("queue", queue), _name("operator", operator), "Ready")

    def drop_leg(self, leg: str) -> None:
        """Hang up a telephone that lost the race for a call; nothing happens if it is gone."""
        try:
            _good("uuid_kill", self._api("uuid_kill", leg, "LOSE_RACE"))
        except CommandFailed as refusal:
            if "No such channel" not in refusal.reply:
                raise

    def remove_tier(self, queue: str, operator: str) -> None:
        """Let an operator no longer serve a queue."""
        self._run("tier", "del", _name("queue", queue), _name("operator", operator))

    def load_queue(self, queue: str) -> None:
        """Load a queue from the configuration; nothing happens if it is loaded."""
        self._run("queue", "load", _name("queue", queue))

    def reload_queue(self, queue: str) -> None:
        """Read a queue's settings again. It is unloaded for a moment: not with callers in it."""
        self._run("queue", "reload", _name("queue", queue))

    def _run(self, *args: str) -> str:
        return _good(" ".join(("callcenter_config", *args[:3])), self._api("callcenter_config", *args))

    def _run_unless(self, expected: str, *args: str) -> bool:
        """Run a command; False if it was refused with the expected words, which is as good as done."""
        try:
            self._run(*args)
        except CommandFailed as refusal:
            if expected not in refusal.reply:
                raise
            return False
        return True


_NUMBERS = frozenset(
    {
        "busy_delay_time",
        "max_no_answer",
        "no_answer_delay_time",
        "ready_time",
        "reject_delay_time",
        "wrap_up_time",
    }
)


def _good(command: str, answer: str) -> str:
    if answer.startswith(("-ERR", "-USAGE")):
        raise CommandFailed(command, answer)
    return answer


def _text(argument: str, value: str) -> str:
    """A value that may stand in a command, else the argument is named."""
    if not value:
        raise InvalidArgument(argument, "is empty")
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise InvalidArgument(argument, "holds a control character")
    return value


def _name(argument: str, value: str) -> str:
    """A name that may also stand in a list with bars between the columns."""
    if "|" in _text(argument, value):
        raise InvalidArgument(argument, "holds a bar, which mod_callcenter's lists cannot carry")
    return value
