"""The parts of a report on the service: availability, incidents, recordings, seats, definitions."""

from __future__ import annotations

from datetime import datetime, timedelta

from fsbridge.domain.figures import Step
from fsbridge.domain.recordingalarms import KINDS
from fsbridge.domain.reporting.contents import Contents, Incident, RecordingCounts
from fsbridge.domain.reporting.document import Block, Cell, Notes, Row, Section, Table, Unit
from fsbridge.domain.reporting.eras import era_date
from fsbridge.domain.reporting.moments import interval_name, moment_name
from fsbridge.domain.reporting.words import say


def availability(contents: Contents, language: str) -> Section:
    """How long the centre was open, the outages that were noted, and what is not known."""
    known = contents.availability
    notes = []
    if known.open_time is None:
        notes.append(say("no plan", language))
    else:
        notes.append(say("open", language, known.open_days, _hours(known.open_time)))
    if known.watched_from is None:
        notes.append(say("not watched", language))
    else:
        if known.watched_from > contents.course.question.window.start:
            notes.append(
                say(
                    "watched since",
                    language,
                    moment_name(known.watched_from.astimezone(contents.zone), language, year=True),
                )
            )
        if known.share is not None:
            share = f"{known.share * 100:.3f}%"
            notes.append(say("watched", language, _hours(known.watched), _clock(known.out), share))
        if not known.outages:
            notes.append(say("no outage", language))
    notes.append(say("unknown", language))
    blocks: list[Block] = [Notes(tuple(notes), small=False)]
    if known.outages:
        rows = tuple(
            (
                Cell(_at(one.start, contents, language)), Cell(_at(one.end, contents, language)),
                Cell(one.length.total_seconds(), Unit.HOURS), Cell(say(one.kind, language)), Cell(one.reason),
            )
            for one in known.outages
        )  # fmt: skip
        heads = ("h when", "h until", "h length", "h what", "h text")
        blocks.append(
            Table(say("availability", language), _heads(heads, language), rows, (), (1.6, 1.6, 1, 1.4, 3))
        )
    return Section(say("availability", language), tuple(blocks), new_page=True)


def incidents(contents: Contents, language: str) -> Section:
    """What was out of the ordinary, in order."""
    if not contents.incidents:
        return Section(say("incidents", language), (Notes((say("no incident", language),), small=False),))
    rows = tuple(
        (
            Cell(_at(one.at, contents, language)), Cell(say(one.what, language)),
            Cell(one.subject or (say("everybody", language) if one.what.startswith("emergency") else "")),
            Cell(_said(one, language)), Cell(one.who),
        )
        for one in contents.incidents
    )  # fmt: skip
    heads = ("h when", "h what", "h subject", "h text", "h by")
    table = Table(say("incidents", language), _heads(heads, language), rows, (), (1.7, 1.8, 1.6, 3.4, 1.1))
    notes = []
    if contents.incidents_left_out:
        notes.append(say("left out", language, contents.incidents_left_out))
    if any(one.what == "drift" for one in contents.incidents):
        notes.append(say("drift note", language))
    return Section(say("incidents", language), (table, Notes(tuple(notes))) if notes else (table,))


def recordings(contents: Contents, language: str) -> Section:
    """Recordings made, purged and kept, and the certificates of purges."""
    whole = RecordingCounts()
    for _, counts in contents.recordings:
        whole += counts
    kept = _retention(contents, language)
    if not (whole.made or whole.purged or whole.kept):
        lines = (say("no recording", language), kept)
        return Section(say("recordings", language), (Notes(lines, small=False),))
    step = contents.period.step
    rows = tuple(
        (Cell(interval_name(window.start.astimezone(contents.zone), step, language)), *_counts(counts))
        for window, counts in contents.recordings
        if step is not Step.HOUR or counts.made or counts.purged
    )
    heads = (
        "h " + step.value,
        "h made",
        "h size",
        "h purged",
        "h purged size",
        "h failed",
        "h kept",
        "h kept size",
    )
    blocks: list[Block] = [
        Table(
            say("recordings", language), _heads(heads, language), rows,
            ((Cell(say("total", language)), *_counts(whole)),), (1.5, 1, 1, 1, 1, 1, 1.3, 1.3),
        ),
        Notes((kept, *(() if contents.purges else (say("no purge", language),)))),
    ]  # fmt: skip
    if contents.purges:
        done = tuple(
            (
                Cell(_at(one.at, contents, language)),
                *(Cell(count, Unit.COUNT) for count in (one.removed, one.missing, one.failed)),
                Cell(one.size, Unit.SIZE),
                Cell(one.certificate),
                Cell(one.sha256[:16]),
            )
            for one in contents.purges
        )
        names = ("h when", "h purged", "h missing", "h failed", "h size", "h certificate", "h sha256")
        title = say("h certificate", language)
        blocks.append(Table(title, _heads(names, language), done, (), (1.7, 1, 1, 1, 1, 2.2, 2)))
    return Section(say("recordings", language), tuple(blocks))


def seats(contents: Contents, language: str) -> Section:
    """The most operators at once against the seats, and registered operator IDs against their limit."""
    limit = contents.registered_limit
    registered = (
        say("registered", language, contents.registered, limit)
        if limit is not None
        else say("registered only", language, contents.registered)
    )
    used = [one for one in contents.seats if one.most]
    if not used:
        return Section(say("seats", language), (Notes((say("no spans", language), registered), small=False),))
    step = contents.period.step
    rows: tuple[Row, ...] = tuple(
        (
            Cell(interval_name(one.window.start.astimezone(contents.zone), step, language)),
            Cell(one.most, Unit.COUNT),
            Cell(_at(one.at, contents, language) if one.at is not None else None),
            Cell(one.seats, Unit.COUNT),
            Cell(one.share, Unit.SHARE),
            *(Cell(length.total_seconds(), Unit.HOURS) for length in (one.full, one.over)),
        )
        for one in (used if step is Step.HOUR else contents.seats)
    )
    heads = ("h " + step.value, "h most", "h when", "h seats", "h used", "h full", "h over")
    table = Table(
        say("seats", language), _heads(heads, language), rows, (), (1.4, 1.3, 1.7, 0.8, 0.9, 1.1, 1.1)
    )
    return Section(say("seats", language), (table, Notes((registered, say("seats note", language)))))


def definitions(contents: Contents, language: str) -> Section:
    """What every figure means, with the seconds that held, and since when."""
    answer = contents.course
    lines = list(answer.basis.texts(language).values())
    names = answer.labels.get("flow", {})
    targets: list[str] = []
    for since, basis in answer.bases:
        flows = [
            say(
                "flow basis", language, names[key].of(language) if key in names else key,
                int(of.short_abandon.total_seconds()), int(of.answer_within.total_seconds()),
                f"{basis.goals[key]}%" if key in basis.goals else "–",
            )
            for key, of in basis.flows.items()
        ]  # fmt: skip
        if len(answer.bases) > 1:
            day = era_date(since) if since is not None and language == "ja" else str(since)
            hours = f"{say('hours', language)} {basis.schedule or '–'}"
            targets.append(say("since", language, day, hours))
        targets += flows
    if answer.kept_days:
        targets.append(say("kept days", language, answer.kept_days))
    title = say("definitions", language, answer.basis.version)
    return Section(title, (Notes(tuple(lines)), Notes(tuple(targets))))


def _said(one: Incident, language: str) -> str:
    if one.what == "drift":
        return say("times", language, one.text)
    return KINDS[one.text][language == "en"] if one.what == "alarm" and one.text in KINDS else one.text


def _retention(contents: Contents, language: str) -> str:
    parts = [say(name, language, count) for name, count in contents.retention.items()]
    return say("retention", language, " ".join(parts)) if parts else say("no retention", language)


def _counts(of: RecordingCounts) -> Row:
    return (
        Cell(of.made, Unit.COUNT), Cell(of.size, Unit.SIZE), Cell(of.purged, Unit.COUNT),
        Cell(of.purged_size, Unit.SIZE), Cell(of.failed, Unit.COUNT), Cell(of.kept, Unit.COUNT),
        Cell(of.kept_size, Unit.SIZE),
    )  # fmt: skip


def _heads(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(say(name, language) for name in names)


def _at(at: datetime, contents: Contents, language: str) -> str:
    return moment_name(at.astimezone(contents.zone), language)


def _hours(length: timedelta) -> str:
    return f"{length / timedelta(hours=1):,.1f}"


def _clock(length: timedelta) -> str:
    return Cell(length.total_seconds(), Unit.HOURS).shown
