"""From records and live events to calls, visits, offers and legs: pure, and the same in whatever order."""

from fsbridge.domain.history.call import OUTCOMES, history_of
from fsbridge.domain.history.plain import made, plain
from fsbridge.domain.history.rows import CallRow, History, LegRow, OfferRow, RecordingRow, VisitRow
from fsbridge.domain.history.seen import SeenOffer, Sighting, fold, is_about_visit

__all__ = [
    "OUTCOMES",
    "CallRow",
    "History",
    "LegRow",
    "OfferRow",
    "RecordingRow",
    "SeenOffer",
    "Sighting",
    "VisitRow",
    "fold",
    "history_of",
    "is_about_visit",
    "made",
    "plain",
]
