"""A report laid out: which parts come in which order, and what stands on the cover."""

from __future__ import annotations

from datetime import date

from fsbridge.domain.reporting import figurepages, overview, servicepages
from fsbridge.domain.reporting.contents import Contents
from fsbridge.domain.reporting.document import Document
from fsbridge.domain.reporting.eras import era_date
from fsbridge.domain.reporting.moments import moment_name
from fsbridge.domain.reporting.periods import Kind
from fsbridge.domain.reporting.words import say


def laid_out(contents: Contents, language: str = "ja", *, made_on: date | None = None) -> Document:
    """The report as a document in a language; without `made_on` no date of making is printed.

    What its files carry inside as their date is the moment it was counted at: of a period that is over, its
    end. So the same data give the same document.
    """
    kind = contents.period.kind
    parts = [overview.summary, overview.comparison, figurepages.course, figurepages.flows,
             figurepages.service_level, figurepages.heat, figurepages.operators, figurepages.cases,
             servicepages.availability, servicepages.incidents, servicepages.recordings, servicepages.seats,
             servicepages.definitions]  # fmt: skip
    if kind is Kind.DAY:
        parts.remove(figurepages.heat)
    name = contents.centre_en if language == "en" and contents.centre_en else contents.centre
    return Document(
        title=say(f"t {kind.value}", language),
        subtitle=contents.period.name(language),
        centre=name,
        facts=tuple(_facts(contents, language, made_on)),
        sections=tuple(part(contents, language) for part in parts),
        foot=" ".join(filter(None, (name, say(f"t {kind.value}", language), contents.period.name(language)))),
        dated=contents.at,
        language=language,
        cover=kind in (Kind.HALF_YEAR, Kind.SPAN),
        warning=_warning(contents, language),
    )


def _facts(contents: Contents, language: str, made_on: date | None) -> list[tuple[str, str]]:
    basis = contents.course.basis
    facts = [(say("period", language), contents.period.span(language))]
    if contents.provisional:
        facts.append(
            (
                say("counted", language),
                moment_name(contents.at.astimezone(contents.zone), language, year=True),
            )
        )
    if made_on is not None:
        facts.append((say("dated", language), era_date(made_on) if language == "ja" else str(made_on)))
    facts.append((say("basis", language), say("version", language, basis.version)))
    if basis.schedule:
        facts.append((say("hours", language), basis.schedule))
    return facts


def _warning(contents: Contents, language: str) -> str:
    lines = []
    if not contents.balanced:
        lines.append(say("broken", language, contents.off_by))
    if contents.provisional:
        lines.append(say("provisional", language))
    return " ".join(lines)
