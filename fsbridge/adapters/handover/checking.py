"""A handover checked without the system it came from: hashes, counts, references, and whether it sounds."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import IO, Any

import soundfile  # type: ignore[import-untyped]

from fsbridge.adapters.handover.case import CaseFolder
from fsbridge.adapters.handover.columns import BadValue, Column, columns_of, tables
from fsbridge.adapters.handover.manifest import FILES, MANIFEST
from fsbridge.adapters.handover.tree import PIECE, safe, walk
from fsbridge.services.handover import HandoverError, Listed, Table, Tell, Trouble, Written
from fsbridge.services.retention import RecordingMissing, RecordingRefused

SAME = timedelta(seconds=1)
"""A recording is as long as its row says, within this."""
_SHOWN = 20
"""Troubles of one table that are told one by one."""
_PLAIN = frozenset({MANIFEST, FILES, "README.txt"})


def check(case: CaseFolder, tell: Tell) -> Iterator[Trouble]:
    """Everything that is wrong with a handover; every byte of it is read, nothing is changed.

    What the handover said of itself when it was made (a recording that was missing then) is not grave.
    """
    manifest = case.manifest
    known = {one.place for one in manifest.troubles}
    listed, troubles = _files(case, tell)
    yield from troubles
    names = set(tables())
    for name in sorted(names - {table.name for table in manifest.tables}):
        yield Trouble(f"tables/{name}.jsonl", "the manifest does not list it")
    numbers: dict[str, array[int]] = {}
    for table in manifest.tables:
        if table.name not in names or table.file != f"tables/{table.name}.jsonl":
            yield Trouble(table.file, "is a table that is not known here")
            continue
        for trouble in _table(case, table, numbers, tell):
            names.discard(table.name)  # there is no going by its rows
            yield trouble
    yield from _strangers(case, listed)
    if "recording" in names:
        for trouble in _recordings(case, listed, tell):
            if trouble.place not in known:
                yield trouble
    for one in manifest.troubles:
        yield Trouble(one.place, f"{one.what}, when this was made", grave=False)


def _files(case: CaseFolder, tell: Tell) -> tuple[dict[str, Listed], list[Trouble]]:
    """The list of files by their paths, and what is wrong with it or them."""
    listed: dict[str, Listed] = {}
    troubles: list[Trouble] = []
    try:
        with case.open(FILES) as file:
            if (found := _hashed(file)) != case.manifest.files:
                return {}, [Trouble(FILES, f"is not what was written: {_unlike(found, case.manifest.files)}")]
        for one in case.files():
            if not safe(one.path) or one.path in listed:
                troubles.append(Trouble(one.path, "its path leaves the folder, or is there twice"))
            else:
                listed[one.path] = one
                troubles += _file(case, one)
                tell(one.path.partition("/")[0], 1)
    except (RecordingMissing, HandoverError) as error:
        troubles.append(Trouble(FILES, "is not there" if isinstance(error, RecordingMissing) else str(error)))
    except RecordingRefused as error:
        troubles.append(Trouble(FILES, str(error)))
    return listed, troubles


def _file(case: CaseFolder, one: Listed) -> Iterator[Trouble]:
    try:
        with case.open(one.path) as file:
            found = _hashed(file)
    except RecordingMissing:
        yield Trouble(one.path, "is not there")
    except RecordingRefused as error:
        yield Trouble(one.path, str(error))
    else:
        if (found.size, found.sha256) != (one.size, one.sha256):
            unlike = _unlike(found, Written(one.size, one.sha256))
            yield Trouble(one.path, f"is not what was written: {unlike}")


def _table(case: CaseFolder, table: Table, numbers: dict[str, array[int]], tell: Tell) -> Iterator[Trouble]:
    columns = columns_of(table.name)
    wanted = {one.name: one.kind for one in columns if not one.left_out(case.manifest.secrets)}
    if dict(table.columns) != wanted:
        unlike = ", ".join(sorted(set(wanted.items()) ^ set(table.columns.items()), key=str)[0])
        yield Trouble(table.file, f"has other columns than here ({unlike}); use the version that wrote it")
        return
    try:
        with case.open(table.file) as file:
            found = _hashed(file)
    except RecordingMissing:
        yield Trouble(table.file, "is not there")
        return
    except RecordingRefused as error:
        yield Trouble(table.file, str(error))
        return
    if found != table.written or table.rows != found.lines:
        yield Trouble(table.file, f"is not what was written: {_unlike(found, table.written)}")
    written = [one for one in columns if one.name in wanted]
    for count, trouble in enumerate(_rows(case, table, written, numbers, tell)):
        if count == _SHOWN:
            yield Trouble(table.file, "and more of the kind")
            return
        yield trouble


def _rows(
    case: CaseFolder, table: Table, columns: list[Column], numbers: dict[str, array[int]], tell: Tell
) -> Iterator[Trouble]:
    mine = numbers[table.name] = array("q")
    later: list[tuple[int, int]] = []
    names = {one.name for one in columns}
    try:
        for line, row in enumerate(case.rows(table.name), start=1):
            place = f"{table.file}: line {line}"
            if set(row) != names:
                yield Trouble(place, "has other columns than the manifest says")
                continue
            try:
                for one in columns:
                    one.decode(row[one.name])
            except BadValue as error:
                yield Trouble(place, str(error))
                continue
            if mine and row["id"] <= mine[-1]:
                yield Trouble(place, f"number {row['id']} is out of its order, or there twice")
                continue
            mine.append(row["id"])
            for one in columns:
                if one.refers == table.name and row[one.name] is not None:
                    later.append((line, row[one.name]))
                elif one.refers and not _in(numbers.get(one.refers), row[one.name]):
                    yield Trouble(place, f"{one.name} is {row[one.name]}: no such row in {one.refers}")
            if line % 500 == 0:
                tell(table.name, 500)
    except HandoverError as error:
        yield Trouble(table.file, str(error))
    for line, number in later:
        if not _in(mine, number):
            yield Trouble(f"{table.file}: line {line}", f"{table.name} has no row {number}")
    if mine and mine[-1] > table.last:
        yield Trouble(table.file, f"its last number is {mine[-1]}, and the manifest says {table.last}")


def _strangers(case: CaseFolder, listed: Mapping[str, Listed]) -> Iterator[Trouble]:
    """What is in the folder and on no list."""
    known = {table.file for table in case.manifest.tables} | _PLAIN
    for path, _ in walk(case.folder):
        if path not in listed and path not in known:
            yield Trouble(path, "is on no list")


def _recordings(case: CaseFolder, listed: Mapping[str, Listed], tell: Tell) -> Iterator[Trouble]:
    """Whether each recording that was not purged is there, is the one that was made, and can be played."""
    for row in case.rows("recording"):
        if row["purged_at"] is None:
            yield from _recording(case, row, listed)
            tell("recordings", 1)


def _recording(case: CaseFolder, row: Mapping[str, Any], listed: Mapping[str, Listed]) -> Iterator[Trouble]:
    place = f"recordings/{row['path']}"
    one = listed.get(place)
    if one is None:
        yield Trouble(place, f"recording {row['id']} has no file")
        return
    if row["sha256"] and row["sha256"] != one.sha256:
        yield Trouble(place, f"is not what was recorded (sha256 {row['sha256']})")
    if row["fault"] or not row["verified_at"]:
        return  # it was known to be broken, or nobody has looked yet
    try:
        with case.open(place) as file:
            length = _length(file)
    except (RecordingMissing, RecordingRefused):
        return  # told of as a file
    except (soundfile.LibsndfileError, RuntimeError) as error:
        yield Trouble(place, f"cannot be played: {error}")
        return
    if row["length"] is not None:
        wanted = timedelta(microseconds=_column("length").decode(row["length"]))
        if abs(length - wanted) > SAME:
            yield Trouble(place, f"sounds for {length}, and its row says {wanted}")


def _length(file: IO[bytes]) -> timedelta:
    """How long a file sounds; its last second is decoded, so that one cut short fails."""
    with soundfile.SoundFile(file) as sound:
        sound.seek(max(0, sound.frames - sound.samplerate))
        left = min(sound.frames, sound.samplerate)
        if len(sound.read(left, dtype="int16")) < left or not left:
            raise RuntimeError("it ends before its end")
        return timedelta(seconds=sound.frames / sound.samplerate)


def _column(name: str) -> Column:
    return next(one for one in columns_of("recording") if one.name == name)


def _hashed(file: IO[bytes]) -> Written:
    digest, size, lines = hashlib.sha256(), 0, 0
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
        lines += piece.count(b"\n")
    return Written(size, digest.hexdigest(), lines)


def _unlike(found: Written, wanted: Written) -> str:
    if found.size != wanted.size:
        return f"{found.size} bytes instead of {wanted.size}"
    return f"sha256 {found.sha256} instead of {wanted.sha256}"


def _in(numbers: array[int] | None, number: int | None) -> bool:
    """Whether a row refers to one that is there, or to none."""
    if numbers is None or number is None:
        return number is None
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number
