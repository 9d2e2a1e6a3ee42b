"""An operator's leg, the wrap-up that followed it, and its notes: joined whichever was written first."""

from __future__ import annotations

from typing import Any

from fsbridge.adapters.store.fields import micros
from fsbridge.adapters.store.models import Leg, Note, OperatorSpan
from fsbridge.domain.duty import Status


def join_wrap_ups(leg: str) -> None:
    """Point the spans and notes about a leg at its row, and give it the length of its wrap-ups that are over.

    Nothing while the leg has no row: it is joined when its record comes.
    """
    row: Any = Leg.get_or_none(Leg.uuid == leg) if leg else None
    if row is None:
        return
    OperatorSpan.update(leg=row).where(OperatorSpan.leg_uuid == leg, OperatorSpan.leg.is_null()).execute()
    Note.update(leg=row, call=row.call_id).where(Note.leg_uuid == leg, Note.leg.is_null()).execute()
    over = OperatorSpan.select(OperatorSpan.started_at, OperatorSpan.ended_at).where(
        OperatorSpan.leg_uuid == leg,
        OperatorSpan.state == Status.WRAP_UP.value,
        OperatorSpan.ended_at.is_null(False),
    )
    total = sum(micros(span.ended_at) - micros(span.started_at) for span in over if span.ended_at)
    Leg.update(wrap_up=total).where(Leg.id == row.id, Leg.wrap_up != total).execute()
