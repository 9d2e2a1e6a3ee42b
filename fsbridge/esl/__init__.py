"""FreeSWITCH's Event Socket, usable alone; its face is that of greenswitch.

from fsbridge.esl import InboundESL, OutboundESLServer
"""

from fsbridge.errors import (
    CallEnded,
    CommandFailed,
    CommandTimeout,
    ConnectionLost,
    Delivery,
    InvalidArgument,
    NotConnectedError,
    OutboundSessionHasGoneAway,
    ProtocolError,
)
from fsbridge.esl.fallback import Fallback
from fsbridge.esl.frames import Event, FrameReader
from fsbridge.esl.headers import Headers
from fsbridge.esl.inbound import InboundESL
from fsbridge.esl.leg import Leg
from fsbridge.esl.link import Link
from fsbridge.esl.outbound import OutboundSession
from fsbridge.esl.quoting import Raw, app_args, assignments, channel_variables, dial_string, literal, quote
from fsbridge.esl.server import OutboundESLServer
from fsbridge.esl.subscription import Gap, Subscription

__all__ = [
    "CallEnded",
    "CommandFailed",
    "CommandTimeout",
    "ConnectionLost",
    "Delivery",
    "Event",
    "Fallback",
    "FrameReader",
    "Gap",
    "Headers",
    "InboundESL",
    "InvalidArgument",
    "Leg",
    "Link",
    "NotConnectedError",
    "OutboundESLServer",
    "OutboundSession",
    "OutboundSessionHasGoneAway",
    "ProtocolError",
    "Raw",
    "Subscription",
    "app_args",
    "assignments",
    "channel_variables",
    "dial_string",
    "literal",
    "quote",
]
