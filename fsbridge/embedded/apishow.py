"""``show`` and ``status``: what the switch says about itself."""

from __future__ import annotations

import json

from fsbridge.embedded.core import Core
from fsbridge.embedded.leg import Leg

MOST_SESSIONS = 100_000
"""What it says it could carry."""


def uptime(core: Core) -> str:
    """How long the switch has run, in FreeSWITCH's words."""
    seconds, micro = divmod(core.clock.micro() - core.started, 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    years, days = divmod(days, 365)
    return (
        f"{years} years, {days} days, {hours} hours, {minutes} minutes, {seconds} seconds, "
        f"{micro // 1000} milliseconds, {micro % 1000} microseconds"
    )


def status(core: Core) -> str:
    """What ``status`` prints."""
    live = len(core.legs)
    return (
        f"UP {uptime(core)}\n"
        "FreeSWITCH (Version 1.11.1-release  64bit) is ready\n"
        f"{core.sessions} session(s) since startup\n"
        f"{live} session(s) - peak {core.peak}, last 5min {core.peak} \n"
        f"0 session(s) per Sec out of max 10000, peak {core.peak}, last 5min {core.peak} \n"
        f"{MOST_SESSIONS} session(s) max\n"
        "min idle cpu 0.00/100.00\n"
        "Current Stack Size/Max 240K/8192K\n"
    )


def heartbeat(core: Core) -> None:
    """Fires the event by which clients see that the switch lives, and how late they hear it."""
    core.fire(
        "HEARTBEAT",
        {
            "Event-Info": "System Ready",
            "Up-Time": uptime(core),
            "Uptime-msec": str((core.clock.micro() - core.started) // 1000),
            "Session-Count": str(len(core.legs)),
            "Max-Sessions": str(MOST_SESSIONS),
            "Session-Since-Startup": str(core.sessions),
            "Session-Peak-Max": str(core.peak),
        },
    )


def show(core: Core, argument: str) -> str:
    """What ``show channels`` or ``show calls`` prints, as a table with commas or ``as json``."""
    words = argument.split()
    if not words or words[0] not in ("channels", "calls"):
        return "-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count]\n"
    legs = list(core.legs.values())
    if words[0] == "calls":
        legs = [leg for leg in legs if leg.bridge is not None and leg.bridge.a is leg]
    if words[1:2] == ["count"]:
        return f"\n{len(legs)} total.\n"
    rows = [_row(leg) for leg in legs]
    if words[1:] == ["as", "json"]:
        told: dict[str, object] = {"row_count": len(rows)}
        if not rows:
            return '{"row_count": 0}\n'
        return json.dumps({**told, "rows": rows}, ensure_ascii=False, separators=(",", ":"))
    lines = [",".join(rows[0])] if rows else []
    lines += [",".join(row.values()) for row in rows]
    return "".join(f"{line}\n" for line in lines) + f"\n{len(rows)} total.\n"


def _row(leg: Leg) -> dict[str, str]:
    profile, first = leg.profile, leg.profiles[0]
    talks = leg.bridge is not None
    other = leg.other if talks else None
    codec = ("PCMU", "8000", "64000")
    app, data = leg.running
    return {
        "uuid": leg.uuid,
        "direction": leg.direction,
        "created": f"{leg.core.local(leg.times.created):%Y-%m-%d %H:%M:%S}",
        "created_epoch": str(leg.times.created // 1_000_000),
        "name": leg.name,
        "state": leg.state,
        "cid_name": profile.caller_name,
        "cid_num": profile.caller_number,
        "ip_addr": profile.address,
        "dest": profile.number,
        "application": app,
        "application_data": data,
        "dialplan": profile.dialplan,
        "context": profile.context,
        **dict(zip(("read_codec", "read_rate", "read_bit_rate"), codec, strict=True)),
        **dict(zip(("write_codec", "write_rate", "write_bit_rate"), codec, strict=True)),
        "secure": "",
        "hostname": leg.core.hostname,
        "presence_id": leg.variables.get("presence_id", ""),
        "presence_data": "",
        "accountcode": leg.variables.get("accountcode", ""),
        "callstate": leg.call_state,
        "callee_name": other.profile.number if other is not None else "",
        "callee_num": other.profile.number if other is not None else "",
        "callee_direction": "SEND" if talks else "",
        "call_uuid": leg.call_uuid if talks else "",
        "sent_callee_name": "",
        "sent_callee_num": "",
        "initial_cid_name": first.caller_name,
        "initial_cid_num": first.caller_number,
        "initial_ip_addr": first.address,
        "initial_dest": first.number,
        "initial_dialplan": first.dialplan,
        "initial_context": first.context,
    }
