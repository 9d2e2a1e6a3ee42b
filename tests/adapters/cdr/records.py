"""Call records made up for tests, in mod_json_cdr's own form."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

NOON = 1_806_548_400
"""2027-04-01 12:00 in Tokyo, in seconds since 1970."""


def at(second: float) -> str:
    """A ``_uepoch`` so many seconds after noon."""
    return str(round((NOON + second) * 1_000_000))


def epoch(second: int) -> str:
    """An ``_epoch`` so many seconds after noon."""
    return str(NOON + second)


def record(
    uuid: str,
    *,
    start: float = 0,
    end: float = 30,
    direction: str = "inbound",
    context: str = "public",
    steps: tuple[tuple[str, str, float], ...] = (),
    number: str = "0761234567",
    dialled: str = "0762202722",
    made_for: str = "",
    **variables: str,
) -> bytes:
    """One leg's record; `steps` are (application, data, seconds after noon)."""
    values = {
        "uuid": uuid,
        "start_uepoch": at(start),
        "answer_uepoch": at(start),
        "end_uepoch": at(end),
        "hangup_cause": "NORMAL_CLEARING",
        **variables,
    }
    profile: dict[str, Any] = {
        "context": context,
        "caller_id_number": number,
        "caller_id_name": number,
        "destination_number": dialled,
    }
    if made_for:
        profile["originator"] = {"originator_caller_profiles": [{"uuid": made_for}]}
    return json.dumps(
        {
            "channel_data": {"direction": direction},
            "variables": {name: quote(value) for name, value in values.items()},
            "app_log": {
                "applications": [
                    {"app_name": app, "app_data": data, "app_stamp": at(when)} for app, data, when in steps
                ]
            },
            "callflow": [{"caller_profile": profile}],
        }
    ).encode()


def queued(uuid: str, visit: str, queue: str = "leak@city", *, joined: int = 1, **variables: Any) -> bytes:
    """A caller's record with one visit."""
    made = {
        "cc_side": "member",
        "cc_member_uuid": visit,
        "cc_queue": queue,
        "cc_queue_joined_epoch": epoch(joined),
        **variables,
    }
    return record(uuid, **made)


def offered(
    uuid: str, caller: str, visit: str, operator: str, queue: str = "leak@city", **variables: Any
) -> bytes:
    """The record of an operator's leg that a queue made."""
    made = {
        "direction": "outbound",
        "context": "default",
        "cc_side": "agent",
        "cc_member_uuid": visit,
        "cc_member_session_uuid": caller,
        "cc_queue": queue,
        "cc_queue_joined_epoch": epoch(1),
        "cc_agent": operator,
        **variables,
    }
    return record(uuid, **made)
