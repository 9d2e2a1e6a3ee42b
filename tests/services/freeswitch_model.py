"""What FreeSWITCH would have answered at each point of a recording: a small model fed with its raw events.

It answers `api` in FreeSWITCH's own formats, so the floor is compared with text that went through the real
adapter.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from fsbridge.esl.frames import Event

MEMBER = [
    "queue",
    "instance_id",
    "uuid",
    "session_uuid",
    "cid_number",
    "cid_name",
    "system_epoch",
    "joined_epoch",
    "rejoined_epoch",
    "bridge_epoch",
    "abandoned_epoch",
    "base_score",
    "skill_score",
    "serving_agent",
    "serving_system",
    "state",
    "score",
]
AGENT = [
    "name",
    "instance_id",
    "uuid",
    "type",
    "contact",
    "status",
    "state",
    "max_no_answer",
    "wrap_up_time",
    "reject_delay_time",
    "busy_delay_time",
    "no_answer_delay_time",
    "last_bridge_start",
    "last_bridge_end",
    "last_offered_call",
    "last_status_change",
    "no_answer_count",
    "calls_answered",
    "talk_time",
    "ready_time",
    "external_calls_count",
]
QUEUES = {"opening@kanazawa": ("longest-idle-agent", 0), "leak@kanazawa": ("ring-all", 5)}


def table(names: list[str], rows: list[dict[str, str]]) -> str:
    """mod_callcenter's way to print rows: no header if there are none."""
    lines = ["|".join(names)] if rows else []
    lines += ["|".join(row.get(name, "0") for name in names) for row in rows]
    return "\n".join([*lines, "+OK\n"])


class FreeswitchModel:
    """Legs, agents and members as FreeSWITCH's tables hold them."""

    def __init__(self) -> None:
        self.channels: dict[str, dict[str, str]] = {}
        self.variables: dict[str, dict[str, str]] = {}
        self.agents: dict[str, dict[str, str]] = {}
        self.members: dict[str, dict[str, str]] = {}
        self.offers: dict[str, set[str]] = {}
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def happen(self, event: Event) -> None:
        """Let one recorded event have its effect."""
        self.now = datetime.fromtimestamp(int(event.headers["Event-Date-Timestamp"]) / 1e6, UTC)
        if event.subclass == "callcenter::info":
            self._callcenter(event)
        elif event.name.startswith("CHANNEL_"):
            self._channel(event)

    def _channel(self, event: Event) -> None:
        headers = event.headers
        if event.name == "CHANNEL_CREATE":
            self.channels[event.uuid] = {
                "uuid": event.uuid,
                "direction": headers["Call-Direction"],
                "created_epoch": str(int(headers["Caller-Channel-Created-Time"]) // 1_000_000),
                "initial_cid_num": headers["Caller-Caller-ID-Number"],
                "initial_dest": headers["Caller-Destination-Number"],
                "callstate": "RINGING",
                "call_uuid": event.uuid,
            }
            self.variables[event.uuid] = {}
        elif event.name == "CHANNEL_HANGUP":
            self.channels.pop(event.uuid, None)
        elif event.name == "CHANNEL_ANSWER":
            self.channels[event.uuid]["callstate"] = "ACTIVE"
        elif event.name in ("CHANNEL_HOLD", "CHANNEL_UNHOLD") and event.uuid in self.channels:
            self.channels[event.uuid]["callstate"] = "HELD" if event.name == "CHANNEL_HOLD" else "ACTIVE"
        elif event.name == "CHANNEL_BRIDGE":
            self.channels[headers["Bridge-B-Unique-ID"]]["call_uuid"] = event.uuid
            member = self.members.get(headers.get("variable_cc_member_uuid", ""))
            if member is not None:
                member |= {"state": "Answered", "bridge_epoch": self._epoch()}
                self.variables[event.uuid]["cc_cause"] = "answered"

    def _callcenter(self, event: Event) -> None:
        h = event.headers
        action, agent = h.get("CC-Action", ""), h.get("CC-Agent", "")
        if action == "agent-add":
            self.agents[agent] = {
                "name": agent,
                "status": "Logged Out",
                "state": "Waiting",
                "contact": "",
                "uuid": "",
            }
        elif action == "agent-status-change":
            self.agents[agent]["status"] = h["CC-Agent-Status"]
        elif action == "agent-state-change":
            self.agents[agent]["state"] = h["CC-Agent-State"]
        key = h.get("CC-Member-UUID", "")
        several = QUEUES.get(h.get("CC-Queue", ""), ("", 0))[0] == "ring-all"
        if action == "member-queue-start":
            self.variables[h["CC-Member-Session-UUID"]]["cc_member_uuid"] = key
            self.members[key] = {
                "queue": h["CC-Queue"],
                "uuid": key,
                "session_uuid": h["CC-Member-Session-UUID"],
                "cid_number": h["CC-Member-CID-Number"],
                "cid_name": h["CC-Member-CID-Name"],
                "joined_epoch": self._epoch(),
                "serving_agent": "ring-all" if several else "",
                "serving_system": "",
                "state": "Waiting",
            }
        elif action == "agent-offering":
            self.offers.setdefault(key, set()).add(agent)
            self.members[key] |= {"state": "Trying", "serving_agent": "ring-all" if several else agent}
        elif action == "bridge-agent-start":
            self.members[key] |= {"serving_agent": agent}
            self.offers[key].discard(agent)
        elif action == "bridge-agent-fail":
            self.offers[key].discard(agent)
            if self.members[key]["state"] == "Trying" and not self.offers[key]:
                self.members[key] |= {"state": "Waiting", "serving_agent": ""}
        elif action == "member-queue-end":
            if h["CC-Cause"] == "Terminated":
                self.members.pop(key, None)
            else:
                self.variables[h["CC-Member-Session-UUID"]] |= {
                    "cc_cause": "cancel",
                    "cc_cancel_reason": h["CC-Cancel-Reason"],
                }
                self.members[key] |= {
                    "state": "Abandoned",
                    "session_uuid": "",
                    "abandoned_epoch": self._epoch(),
                }

    def _epoch(self) -> str:
        return str(int(self.now.timestamp()))

    def api(self, name: str, *args: str) -> str:
        """Answer as FreeSWITCH does."""
        command = " ".join((name, *args))
        if command == "show channels as json":
            rows = list(self.channels.values())
            return json.dumps({"row_count": len(rows), "rows": rows} if rows else {"row_count": 0})
        if command == "callcenter_config agent list":
            return table(AGENT, list(self.agents.values()))
        if command == "callcenter_config tier list":
            receiving = [name for name, row in self.agents.items() if row["state"] == "Receiving"]
            rows = [
                {
                    "queue": queue,
                    "agent": name,
                    "state": "Offering" if name in receiving else "Ready",
                    "level": "1",
                }
                for queue in QUEUES
                for name in self.agents
            ]
            return table(["queue", "agent", "state", "level", "position"], rows)
        if command == "callcenter_config queue list":
            rows = [{"name": q, "strategy": s, "max_wait_time": str(most)} for q, (s, most) in QUEUES.items()]
            return table(["name", "strategy", "max_wait_time"], rows)
        if command.startswith("callcenter_config queue list members "):
            return table(MEMBER, [row for row in self.members.values() if row["queue"] == args[-1]])
        if name == "uuid_dump":
            if args[0] not in self.channels:
                return "-ERR No such channel!\n"
            remembered = {f"variable_{name}": value for name, value in self.variables[args[0]].items()}
            return json.dumps({"Answer-State": "answered", **remembered})
        return f"-ERR {name} Command not found!\n"
