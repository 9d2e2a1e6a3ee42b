"""``/calls/UUID``: one call whole, and its recordings, which are heard for a reason alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.recordings.archive import archive_of
from fsbridge.adapters.store.call_story import StoredCalls
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain.contacts import Contact
from fsbridge.domain.figures import Labels
from fsbridge.domain.sight import masked
from fsbridge.errors import FsbridgeError
from fsbridge.recording import folder_of, giving_of
from fsbridge.services.callstory import Recorded, WholeCall, WholeCalls
from fsbridge.services.floor import utc_now
from fsbridge.services.recordings import NoRecording, ReasonNeeded
from fsbridge.services.retention import RecordingMissing, RecordingRefused
from webpanel.access import STAFF, SUPERVISOR, allow, who
from webpanel.calls import sounds
from webpanel.calls.shown import Shown, Words, duration
from webpanel.calls.sight import eyes
from webpanel.calls.telling import Teller
from webpanel.calls.timeline import draw
from webpanel.centre import Centre, Kept
from webpanel.labels import t
from webpanel.refusals import sentence


def add_detail(
    blueprint: Blueprint,
    centre: Centre,
    kept: Kept,
    past: StoredCalls,
    words_of: Callable[[Labels], Words],
    shown: Shown,
) -> None:
    """Adds the page of a call, and what it plays, to the history's pages."""
    whole_calls = WholeCalls(past)
    contacts = StoredContacts(kept.store)
    numbers = PhoneNumbers(centre.plan().region)
    giving = giving_of(kept.settings, kept.store)
    files: sounds.Sounds = archive_of(kept.settings.recordings.storage, folder_of(kept.settings))

    def call_of(uuid: str) -> WholeCall:
        try:
            return kept.apart(lambda: whole_calls.show(uuid))
        except FsbridgeError:
            return abort(404)

    def heard(uuid: str, number: int) -> Recorded:
        """The recording of this call, if the visitor may hear it and it can be heard."""
        whole = call_of(uuid)
        one = next((one for one in whole.recordings if one.number == number), None)
        if one is None or whole.story.call.uuid != uuid:
            return abort(404)
        if not sounds.may_hear(eyes(kept.store), whole, one):
            raise sounds.NotToBeHeard(f"{who()} may not hear the recording {number}")
        if one.purged_at is not None or one.ended_at is None:
            raise NoRecording(f"the recording {number} was purged, or goes on")
        return one

    def opened(number: int, what: str) -> IO[bytes]:
        """The recording for the reason the form gives; who, why and what for is written down first."""
        why = f"{t(f'calls.{what}')}：{sounds.reason_of(request.form)}"
        by = who()
        return kept.apart(lambda: giving.open(number, utc_now(), by=by, why=why))

    @blueprint.get("/calls/<uuid>")
    @allow(*STAFF)
    def call(uuid: str) -> ResponseReturnValue:
        whole = call_of(uuid)
        if whole.story.call.uuid != uuid:
            return redirect(url_for("calls.call", uuid=whole.story.call.uuid))
        sight = eyes(kept.store)
        words = words_of(whole.labels)
        teller = Teller(whole, words, sight, shown)
        now = centre.clock()
        return render_template(
            "calls/call.html",
            whole=whole,
            call=whole.story.call,
            sight=sight,
            words=words,
            number=teller.number,
            picture=draw(teller.stretches, whole.story.call.started_at, now, teller.bar),
            moments=list(teller.moments()),
            contact=_contact(contacts, numbers, whole),
            contact_number=lambda number: number if teller.whole else masked(number),
            teller=teller,
            recordings=[
                (one, sounds.may_hear(sight, whole, one), sounds.permitted(one.number))
                for one in whole.recordings
            ],
            reasons=sounds.REASONS,
            duration=duration,
        )

    @blueprint.post("/calls/<uuid>/recordings/<int:number>/listen")
    @allow(*STAFF)
    def listen(uuid: str, number: int) -> ResponseReturnValue:
        """Say why; from then on, for a while, the recording plays in this browser."""
        heard(uuid, number)
        try:
            opened(number, "play").close()
        except ReasonNeeded as error:
            flash(sentence(error), "error")
        else:
            sounds.permit(number)
        return redirect(url_for("calls.call", uuid=uuid, _anchor=f"recording-{number}"))

    @blueprint.get("/calls/<uuid>/recordings/<int:number>/sound")
    @allow(*STAFF)
    def sound(uuid: str, number: int) -> ResponseReturnValue:
        """The sound, whole or in parts."""
        one = heard(uuid, number)
        if not sounds.permitted(number):
            raise sounds.ReasonExpired(f"no reason holds for the recording {number}")
        try:
            file = kept.apart(lambda: files.open(one.path))
        except (RecordingMissing, RecordingRefused) as error:
            raise NoRecording(f"the recording {number}: {error}") from error
        return sounds.served(file, one.path)

    @blueprint.get("/calls/<uuid>/recordings/<int:number>/wave")
    @allow(*STAFF)
    def wave(uuid: str, number: int) -> ResponseReturnValue:
        """The peaks of each channel, for drawing."""
        one = heard(uuid, number)
        if not sounds.permitted(number):
            raise sounds.ReasonExpired(f"no reason holds for the recording {number}")
        try:
            seconds, peaks = kept.apart(lambda: files.peaks(one.path))
        except (RecordingMissing, RecordingRefused) as error:
            raise NoRecording(f"the recording {number}: {error}") from error
        return jsonify(seconds=seconds, peaks=peaks)

    @blueprint.post("/calls/<uuid>/recordings/<int:number>/download")
    @allow(SUPERVISOR)
    def download(uuid: str, number: int) -> ResponseReturnValue:
        """The recording as a file, for a reason."""
        one = heard(uuid, number)
        if not eyes(kept.store).rights.download:
            raise sounds.NotToBeHeard(f"{who()} may not take the recording {number} away")
        try:
            file = opened(number, "download")
        except ReasonNeeded as error:
            flash(sentence(error), "error")
            return redirect(url_for("calls.call", uuid=uuid, _anchor=f"recording-{number}"))
        began = one.started_at.astimezone(centre.plan().schedule.clock)
        ending = one.path.rpartition(".")[2]
        return sounds.served(
            file,
            one.path,
            download_as=f"{began:%Y%m%d-%H%M%S}-{uuid[:8]}.{ending}",
        )


def _contact(contacts: StoredContacts, numbers: PhoneNumbers, whole: WholeCall) -> Contact | None:
    """Who called, as far as contacts know: as noted with the call, else by its number today."""
    if whole.contact is not None:
        return contacts.get(whole.contact)
    number = numbers.caller(whole.story.call.number)
    return next(iter(contacts.by_number(number)), None) if number else None
