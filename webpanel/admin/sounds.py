"""``/admin/sounds``: what is listened to in the browser, before and after it is published."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.speech.decode import decode
from fsbridge.domain.soundnames import checked
from fsbridge.errors import FsbridgeError, InvalidArgument
from webpanel.access import allow
from webpanel.admin.booth import BEST, Measured, measure, measured
from webpanel.admin.cures import refusal
from webpanel.admin.office import ALONE, BOTH, Office
from webpanel.labels import t
from webpanel.security import limiter


def add(blueprint: Blueprint, office: Office) -> None:
    """What speaks, measures, and serves sounds."""

    @blueprint.post("/sounds/preview", endpoint="sound_preview")
    @allow(*BOTH)
    @limiter.limit("30 per minute")
    def preview() -> ResponseReturnValue:
        """A text spoken; nothing is published. Answers where to hear it, its length and level."""
        sent = request.get_json(silent=True)
        text = str(sent.get("text", "")).strip() if isinstance(sent, dict) else ""
        voice = str(sent.get("voice", ""))[:40] if isinstance(sent, dict) else ""
        studio = office.booth.studio()
        try:
            sound = studio.make(text, voice)
        except FsbridgeError as error:
            return jsonify(error=refusal(error).text), 400
        found = office.kept.apart(lambda: measured(Path(studio.listen(sound))))
        if found is None:
            abort(404)
        return jsonify(address=url_for("admin.sound_heard", sound=sound), **_told(found))

    @blueprint.post("/sounds/check", endpoint="sound_check")
    @allow(*ALONE)
    @limiter.limit("30 per minute")
    def check() -> ResponseReturnValue:
        """A studio's file looked at: its length and level, and what there is to say about them."""
        file = request.files.get("file")
        content = file.read() if file is not None else b""
        try:
            found = office.kept.apart(lambda: measure(decode(content)))
        except FsbridgeError as error:
            return jsonify(error=refusal(error).text), 400
        cautions = [t("admin_announcements.quiet")] if found.quiet else []
        cautions += [t("admin_announcements.clipped")] if found.clipped else []
        return jsonify(**_told(found), cautions=cautions)

    @blueprint.get("/sounds/heard/<sound>", endpoint="sound_heard")
    @allow(*BOTH)
    def heard(sound: str) -> Response:
        """A sound that was made, by its name."""
        return _sent(office.booth.studio().listen(_checked(sound)))

    @blueprint.get("/sounds/published/<name>", endpoint="sound_published")
    @allow(*BOTH)
    def published(name: str) -> Response:
        """What callers hear under a name."""
        return _sent(str(office.booth.studio().published.file(_checked(name), BEST)))


def _sent(path: str) -> Response:
    if not Path(path).is_file():
        abort(404)
    return send_file(path, mimetype="audio/wav", conditional=True, max_age=0)


def _checked(name: str) -> str:
    try:
        return checked(name)
    except InvalidArgument:
        abort(404)


def _told(found: Measured) -> dict[str, object]:
    loud = found.level if found.level > -200 else None
    told = t("admin_announcements.measured", seconds=f"{found.seconds:.1f}", level=f"{found.level:.1f}")
    return {"seconds": found.seconds, "level": loud, "told": told}
