"""The figures of the centre: what they mean, how they are counted, and the time they are cut by."""

from fsbridge.domain.figures.counting import GROUPS, Count, Question
from fsbridge.domain.figures.definitions import VERSION, Basis, Label, Labels
from fsbridge.domain.figures.figures import FIGURES, Figures, members
from fsbridge.domain.figures.intervals import Step, Window, day_start, intervals, micros, moment
from fsbridge.domain.figures.judging import ASIDE, Item, Scope
from fsbridge.domain.figures.kept import Kept, Timeline
from fsbridge.domain.figures.records import CallRecord, LegRecord, SpanRecord, VisitRecord
from fsbridge.domain.figures.report import Answer, Row

__all__ = [
    "ASIDE",
    "FIGURES",
    "GROUPS",
    "VERSION",
    "Answer",
    "Basis",
    "CallRecord",
    "Count",
    "Figures",
    "Item",
    "Kept",
    "Label",
    "Labels",
    "LegRecord",
    "Question",
    "Row",
    "Scope",
    "SpanRecord",
    "Step",
    "Timeline",
    "VisitRecord",
    "Window",
    "day_start",
    "intervals",
    "members",
    "micros",
    "moment",
]
