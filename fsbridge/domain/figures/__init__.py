"""The figures of the centre: what they mean, how they are counted, and the time they are cut by."""

from fsbridge.domain.figures.counting import GROUPS, Count, Question
from fsbridge.domain.figures.definitions import VERSION, Basis
from fsbridge.domain.figures.figures import FIGURES, Figures, members
from fsbridge.domain.figures.intervals import Step, Window, day_start, intervals, micros, moment
from fsbridge.domain.figures.judging import ASIDE, Item, Scope
from fsbridge.domain.figures.records import CallRecord, LegRecord, SpanRecord, VisitRecord

__all__ = [
    "ASIDE",
    "FIGURES",
    "GROUPS",
    "VERSION",
    "Basis",
    "CallRecord",
    "Count",
    "Figures",
    "Item",
    "LegRecord",
    "Question",
    "Scope",
    "SpanRecord",
    "Step",
    "VisitRecord",
    "Window",
    "day_start",
    "intervals",
    "members",
    "micros",
    "moment",
]
