"""What mod_callcenter tells about an offer, header by header."""

from __future__ import annotations

from fsbridge.embedded.callcenter.dispatcher import Offering
from fsbridge.embedded.callcenter.tables import SUBCLASS, Tables
from fsbridge.embedded.leg import Leg


class Notices:
    """The events of one offer. The times, in whole seconds, are filled in by the offer as it goes on."""

    def __init__(self, tables: Tables, offering: Offering) -> None:
        self._tables = tables
        self._queue, self._member, self._agent = offering.queue, offering.member, offering.agent
        self.called = self.answered = 0

    def offering(self, caller: Leg) -> None:
        """The agent is about to be called."""
        self._fire(
            "agent-offering",
            {
                "CC-Agent": self._agent.name,
                "CC-Agent-Type": self._agent.type,
                "CC-Agent-System": self._agent.instance_id,
                **self._about(),
                **_dnis(caller),
            },
        )

    def answers(self, leg: Leg, caller: Leg) -> None:
        """The agent has answered and is about to be bridged."""
        self._tell(leg, leg, "bridge-agent-start", {}, {}, {**self._about(), **_dnis(caller)})

    def parted(self, leg: Leg, cause: str, *, bridged: bool) -> None:
        """The agent's leg is over."""
        self._tell(
            leg,
            leg,
            "bridge-agent-end",
            {"CC-Hangup-Cause": cause, "CC-Agent-Bridged": "true" if bridged else "false"},
            {"CC-Bridge-Terminated-Time": str(self._tables.core.second())},
            self._about(),
        )

    def served(self, caller: Leg, leg: Leg, cause: str) -> None:
        """The visit is over, the caller was served."""
        self._tell(
            caller,
            leg,
            "member-queue-end",
            {"CC-Hangup-Cause": cause, "CC-Cause": "Terminated"},
            {"CC-Member-Leaving-Time": str(self._tables.core.second())},
            self._about(),
        )

    def missed_too_many(self, status: str) -> None:
        """The agent has let it ring too often and gets another status."""
        self._tables.fire(
            "agent-max-no-answer",
            Agent=self._agent.name,
            **{
                "Agent-No-Answer-Count": str(self._agent.max_no_answer),
                "Agent-No-Answer-Status": status,
                "Member-UUID": self._member.uuid,
                "Member-Session-UUID": self._member.session_uuid,
            },
        )

    def failed(self, cause: str) -> None:
        """The agent was not reached."""
        self._fire(
            "bridge-agent-fail",
            {
                "CC-Hangup-Cause": cause,
                "CC-Agent": self._agent.name,
                "CC-Agent-System": self._agent.instance_id,
                "CC-Agent-Called-Time": str(self.called),
                "CC-Agent-Aborted-Time": str(self._tables.core.second()),
                **self._about(),
                "CC-Member-Joined-Time": str(self._member.joined_epoch),
            },
        )

    def _fire(self, action: str, headers: dict[str, str]) -> None:
        first = {"CC-Queue": self._queue.name, "CC-Action": action}
        self._tables.core.fire("CUSTOM", {**first, **headers}, subclass=SUBCLASS)

    def _tell(
        self,
        about: Leg,
        leg: Leg,
        action: str,
        first: dict[str, str],
        late: dict[str, str],
        last: dict[str, str],
    ) -> None:
        about.emit(
            "CUSTOM",
            {
                "CC-Queue": self._queue.name,
                "CC-Action": action,
                **first,
                "CC-Agent": self._agent.name,
                "CC-Agent-System": self._agent.instance_id,
                "CC-Agent-UUID": leg.uuid,
                "CC-Agent-Called-Time": str(self.called),
                "CC-Agent-Answered-Time": str(self.answered),
                "CC-Member-Joined-Time": str(self._member.joined_epoch),
                **late,
                **last,
            },
            subclass=SUBCLASS,
        )

    def _about(self) -> dict[str, str]:
        member = self._member
        return {
            "CC-Member-UUID": member.uuid,
            "CC-Member-Session-UUID": member.session_uuid,
            "CC-Member-CID-Name": member.cid_name,
            "CC-Member-CID-Number": member.cid_number,
        }


def _dnis(caller: Leg) -> dict[str, str]:
    return {"CC-Member-DNIS": caller.profile.rdnis} if caller.profile.rdnis else {}
