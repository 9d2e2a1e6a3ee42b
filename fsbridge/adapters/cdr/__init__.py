"""Call detail records of FreeSWITCH's mod_json_cdr: posted to us, or found as files."""

from fsbridge.adapters.cdr.parse import LARGEST, BadRecord, parse
from fsbridge.adapters.cdr.receiver import PATH, USER, Receiver, receiving
from fsbridge.adapters.cdr.spool import Spool, Swept, days_ago

__all__ = [
    "LARGEST",
    "PATH",
    "USER",
    "BadRecord",
    "Receiver",
    "Spool",
    "Swept",
    "days_ago",
    "parse",
    "receiving",
]
