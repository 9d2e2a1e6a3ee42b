"""The tables as peewee models. The migrations make the tables; these say how Python reads and writes them."""

from fsbridge.adapters.store.models.base import Row
from fsbridge.adapters.store.models.contents import (
    Announcement,
    CaseType,
    Contact,
    ContactNumber,
    ContactTag,
    TalkScript,
)
from fsbridge.adapters.store.models.figures import Figure, FigureDay
from fsbridge.adapters.store.models.history import (
    Call,
    Leg,
    Note,
    Offer,
    OperatorSpan,
    Purge,
    Recording,
    Visit,
)
from fsbridge.adapters.store.models.keeping import AuditEntry, Job, Setting
from fsbridge.adapters.store.models.people import Duty, Operator, Seat, User, UserRole
from fsbridge.adapters.store.models.plan import Flow, Queue, Schedule, ScheduleOverride, Season, Tier

MODELS: tuple[type[Row], ...] = (
    User,
    UserRole,
    Operator,
    Seat,
    Duty,
    Season,
    Schedule,
    ScheduleOverride,
    Flow,
    Queue,
    Tier,
    Contact,
    ContactNumber,
    ContactTag,
    CaseType,
    TalkScript,
    Announcement,
    Call,
    Visit,
    Leg,
    Offer,
    OperatorSpan,
    Note,
    Purge,
    Recording,
    FigureDay,
    Figure,
    AuditEntry,
    Setting,
    Job,
)
"""Every table, each after those it refers to."""

__all__ = [
    "MODELS",
    "Announcement",
    "AuditEntry",
    "Call",
    "CaseType",
    "Contact",
    "ContactNumber",
    "ContactTag",
    "Figure",
    "FigureDay",
    "Flow",
    "Job",
    "Leg",
    "Note",
    "Offer",
    "Operator",
    "OperatorSpan",
    "Purge",
    "Queue",
    "Recording",
    "Row",
    "Schedule",
    "ScheduleOverride",
    "Season",
    "Seat",
    "Setting",
    "TalkScript",
    "Tier",
    "User",
    "UserRole",
    "Visit",
]
