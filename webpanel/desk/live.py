"""The desk's live namespace: the seat, the status, the notes; the rest in the classes it is made of."""

from __future__ import annotations

from typing import Any

from fsbridge.domain.duty import Choice, Status, WrapUpNotOver
from fsbridge.domain.notes import NoteRefused
from fsbridge.domain.seats import SeatLost, SeatsFull, SeatTaken
from fsbridge.services.floor import utc_now
from webpanel.desk.orders import Orders
from webpanel.desk.saying import flag, text
from webpanel.refusals import sentence


class Live(Orders):
    """``/desk``: every event is answered with an object; a refusal has an ``error``, a sentence."""

    # The seat.

    def on_log_in(self, said: object = None) -> dict[str, Any]:
        """Take a seat; a refusal says who holds them, or where this operator sits already."""
        guest, now = self.guest(), utc_now()
        place, take_over = text(said, "place", 64), flag(said, "take_over")
        try:
            admission = self.operators.log_in(
                guest.operator, guest.session, now, place=place, take_over=take_over
            )
        except SeatsFull as refused:
            holders = self.pictures.holders(self.operators.seats.standing(now))
            return {"error": sentence(refused), "full": holders}
        except SeatTaken as refused:
            seat = refused.seat
            mine = seat.operator == guest.operator
            return {
                "error": sentence(refused),
                "taken": {"place": seat.place, "number": seat.number, "mine": mine},
            }
        self.tell_now(guest)
        return {"seat": admission.seat.number}

    def on_log_out(self, said: object = None) -> dict[str, Any]:
        """Leave now, or after this call and its wrap-up; the telephone's secret is void at once."""
        guest = self.guest()
        duty = self.operators.log_out(guest.operator, utc_now())
        gone = duty.status is Status.LOGGED_OUT
        if gone and self.kept.credentials is not None:
            self.kept.credentials.revoke(guest.operator)
        self.tell_now(guest)
        return {"gone": gone}

    def on_beat(self, said: object = None) -> dict[str, Any]:
        """The page lives; ``lost`` if its seat was given up."""
        guest = self.guest()
        try:
            self.operators.seats.beat(guest.session, utc_now())
        except SeatLost:
            self.tell_now(guest)
            return {"lost": True}
        return {}

    # The status.

    def on_choose(self, said: object = None) -> dict[str, Any]:
        """Another status, now or after this call."""
        guest = self.guest()
        choice = Choice(Status.named(text(said, "status", 32)), text(said, "reason", 64))
        if choice.status is Status.LOGGED_OUT:
            return self.on_log_out(said)
        self.operators.choose(guest.operator, choice, utc_now())
        self.tell_now(guest)
        return {}

    def on_finish(self, said: object = None) -> dict[str, Any]:
        """The wrap-up is done."""
        guest = self.guest()
        self.operators.finish(guest.operator, utc_now())
        self.tell_now(guest)
        return {}

    def on_phone(self, said: object = None) -> dict[str, Any]:
        """The browser's telephone is up: whom its absence had sent away is back in rotation."""
        guest = self.guest()
        self.operators.phone_ready(guest.operator, utc_now())
        self.tell_now(guest)
        return {}

    def on_hand(self, said: object = None) -> dict[str, Any]:
        """Raise a hand, or lower it."""
        guest = self.guest()
        if flag(said, "up"):
            self.pictures.hands.up(guest.operator, utc_now())
        else:
            self.pictures.hands.down(guest.operator)
        self.tell_now(guest)
        return {}

    # What is written.

    def on_draft(self, said: object = None) -> dict[str, Any]:
        """Keep what is being typed."""
        self.pops.notes.draft(self.guest().operator, *_note(said), utc_now())
        return {}

    def on_save(self, said: object = None) -> dict[str, Any]:
        """Save the note; with ``finish`` the wrap-up is done too, unless the flow's time is not up."""
        guest = self.guest()
        self.pops.notes.save(guest.operator, *_note(said), utc_now())
        notice = ""
        if flag(said, "finish"):
            duty = self.operators.book.duty(guest.operator)
            try:
                if duty is not None and duty.status is Status.WRAP_UP:
                    self.operators.finish(guest.operator, utc_now())
            except WrapUpNotOver as wait:
                notice = sentence(wait)
        self.tell_now(guest)
        return {"notice": notice}


def _note(said: object) -> tuple[str, str, str]:
    """The leg, the text and the kind of case. What is no text is refused, never taken for an empty note."""
    written = said.get("text") if isinstance(said, dict) else None
    if not isinstance(written, str):
        raise NoteRefused("a note without a text changes nothing")
    return text(said, "leg", 64), written, text(said, "case", 64)
