"""Two handovers compared: whether one system holds what another held."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from fsbridge.adapters.handover.case import CaseFolder
from fsbridge.services.handover import Table


def differences(one: CaseFolder, other: CaseFolder) -> Iterator[str]:
    """What differs, in sentences; none if the two are equal.

    Who made them, and when, is no difference, nor is what handovers themselves left in the audit log.
    """
    mine, theirs = ({table.name: table for table in case.manifest.tables} for case in (one, other))
    for name in sorted(set(mine) | set(theirs)):
        if name not in mine or name not in theirs:
            yield f"{name}: is in one of the two only"
        elif not _same(mine[name], theirs[name]) and (
            name != "audit_log" or (line := _first(one, other)) is not None
        ):
            where = f"; first at row {line}" if name == "audit_log" else ""
            yield f"{name}: {mine[name].rows} rows and {theirs[name].rows} are not the same{where}"
    if one.manifest.files.sha256 != other.manifest.files.sha256:
        files, others = ({row.path: row.sha256 for row in case.files()} for case in (one, other))
        for path in sorted(set(files) | set(others)):
            if files.get(path) != others.get(path):
                only = "" if path in files and path in others else " in one of the two only"
                yield f"{path}: is{only or ' not the same'}"


def _same(one: Table, other: Table) -> bool:
    return (one.written.sha256, one.last) == (other.written.sha256, other.last)


def _first(one: CaseFolder, other: CaseFolder) -> int | None:
    """The number of the first entry that differs; None if all are equal."""
    for mine, theirs in itertools.zip_longest(_entries(one), _entries(other)):
        if mine != theirs:
            return int((mine or theirs or {})["id"])
    return None


def _entries(case: CaseFolder) -> Iterator[Mapping[str, Any]]:
    return (row for row in case.rows("audit_log") if row["subject"] != "handover")
