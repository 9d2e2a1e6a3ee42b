"""Call detail records in JSON, as mod_json_cdr writes them."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from fsbridge.embedded.causes import cause_number
from fsbridge.embedded.leg import Leg

LAST_OF_Q850 = 127
"""FreeSWITCH's own causes, above it, are normal ends in Q.850."""
_SAFE = "!$'()*,-./_~"
_PLAIN = re.compile(r"[\w!$'()*,./~-]*\Z", re.ASCII).match


def q850(cause: str) -> int:
    """The number of a cause in Q.850.

    >>> q850("NO_ANSWER"), q850("LOSE_RACE"), q850("ALLOTTED_TIMEOUT")
    (19, 16, 16)
    """
    number = cause_number(cause)
    return number if number <= LAST_OF_Q850 else cause_number("NORMAL_CLEARING")


def set_times(leg: Leg) -> None:
    """Gives a leg that is over the variables its record and its last events tell of it by."""
    times, variables = leg.times, leg.variables
    profile = leg.profile.created
    moments = {
        "start": times.created,
        "profile_start": profile,
        "answer": times.answered,
        "bridge": times.bridged,
        "last_hold": times.last_hold,
        "progress": times.progress,
        "progress_media": times.progress_media,
        "end": times.hangup,
    }
    variables["hangup_cause"] = leg.cause
    variables["hangup_cause_q850"] = str(q850(leg.cause))
    variables["digits_dialed"] = leg.dialled or "none"
    for name, micro in moments.items():
        if micro and name not in ("last_hold", "progress", "progress_media"):
            variables[f"{name}_stamp"] = f"{leg.core.local(micro):%Y-%m-%d %H:%M:%S}"
    for name, micro in moments.items():
        variables[f"{name}_epoch"] = str(micro // 1_000_000)
        variables[f"{name}_uepoch"] = str(micro)
    if times.hold_accum or times.last_hold:
        variables["hold_accum_seconds"] = str(times.hold_accum // 1_000_000)
    variables["hold_accum_usec"] = str(times.hold_accum)
    variables["hold_accum_ms"] = str(times.hold_accum // 1000)
    if leg.ran:
        variables["last_app"], last_arg, _ = leg.ran[-1]
        leg.set("last_arg", last_arg)
    variables["caller_id"] = f'"{leg.profile.caller_name}" <{leg.profile.caller_number}>'
    spans = {
        "duration": (times.created, times.hangup),
        "billsec": (times.answered, times.hangup),
        "progresssec": (times.created, times.progress),
        "answersec": (times.created, times.answered),
        "waitsec": (times.created, times.bridged),
        "progress_mediasec": (times.created, times.progress_media),
        "flow_billsec": (times.answered or times.created, times.hangup),
    }
    for name, (begin, end) in spans.items():
        span = end - begin if begin and end else 0
        seconds = end // 1_000_000 - begin // 1_000_000 if span else 0
        variables[name] = str(seconds)
        base = name.removesuffix("sec")
        variables["mduration" if name == "duration" else f"{base}msec"] = str(span // 1000)
        variables["uduration" if name == "duration" else f"{base}usec"] = str(span)


def record_of(leg: Leg) -> dict[str, object]:
    """The whole record of a leg that is over; values of variables are percent-encoded."""
    return {
        "core-uuid": leg.core.id,
        "switchname": leg.core.hostname,
        "channel_data": {"state": "CS_REPORTING", "direction": leg.direction, "state_number": "11"},
        "variables": {
            name: value if _PLAIN(value) else quote(value, safe=_SAFE)
            for name, value in leg.variables.items()
        },
        "app_log": {
            "applications": [
                {"app_name": app, "app_data": data, "app_stamp": str(at)} for app, data, at in leg.ran
            ]
        },
        "callflow": [_flow(leg, at) for at in reversed(range(len(leg.profiles)))],
    }


def as_json(record: dict[str, object]) -> bytes:
    """A record's bytes."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _flow(leg: Leg, at: int) -> dict[str, object]:
    profile = leg.profiles[at]
    latest = at == len(leg.profiles) - 1
    caller: dict[str, object] = {**profile.record(leg.uuid)}
    other = leg.other
    if latest and other is not None:
        kind = "originatee" if leg.direction == "inbound" else "originator"
        caller[kind] = {f"{kind}_caller_profiles": [other.profile.record(other.uuid)]}
    times = leg.times
    return {
        "dialplan": profile.dialplan,
        "profile_index": str(profile.index),
        "caller_profile": caller,
        "times": {
            "created_time": str(times.created),
            "profile_created_time": str(profile.created),
            "progress_time": str(times.progress),
            "progress_media_time": str(times.progress_media),
            "answered_time": str(times.answered),
            "bridged_time": str(times.bridged if latest else 0),
            "last_hold_time": str(times.last_hold),
            "hold_accum_time": str(times.hold_accum),
            "hangup_time": str(times.hangup if latest else 0),
            "resurrect_time": "0",
            "transfer_time": str(times.transfer if not latest else 0),
        },
    }
