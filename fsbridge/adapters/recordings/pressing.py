"""The process that compresses: ``python -m fsbridge.adapters.recordings.pressing FOLDER FORMAT``.

It takes an order a line (JSON) and answers each with a line, when the file it tells of is whole and on disk.
It runs beside the calls with the lowest priority: what is broken in a file ends this process and no other.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import soundfile  # type: ignore[import-untyped]

from fsbridge.adapters.recordings.sound import (
    FORMATS,
    Differs,
    Unreadable,
    compare,
    compress,
    hashed,
    length_of,
    read_raw,
)
from fsbridge.domain.recordings import named

PART = ".part"
"""The end of a name whose file is not whole yet."""
_ENTER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def press(folder: str, kind: str, order: Mapping[str, Any]) -> dict[str, Any]:
    """Compress one raw file of a folder; the answer that goes back."""
    path = str(order["path"])
    name = named(path)
    if name is None:
        return {"path": path, "problem": "unreadable", "note": "its name is none of FreeSWITCH's"}
    lengths = [timedelta(seconds=float(one)) for one in order.get("lengths", ())]
    day, _, raw_name = path.rpartition("/")
    try:
        with _opened(folder, day) as parent:
            file = os.open(
                raw_name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent
            )
            try:
                read = read_raw(file, lengths)
                body = compress(file, read.wave, kind)
                kept = f"{name.stem}.{kind}"
                _write(
                    parent, kept.rpartition("/")[2], body, lambda whole: compare(file, read.wave, whole, kind)
                )
            finally:
                os.close(file)
    except (Unreadable, Differs, soundfile.SoundFileError) as error:
        return {"path": path, "problem": "unreadable", "note": str(error)}
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        note = error.strerror or str(error)
        return {"path": path, "problem": "full" if full else "unreadable", "note": note}
    return {
        "path": path,
        "kept": kept,
        "length": length_of(read.wave).total_seconds(),
        "size": len(body),
        "sha256": hashed(body),
        "repaired": read.repaired,
        "note": "its header was mended" if read.repaired else "",
    }


def _write(parent: int, name: str, body: bytes, check: Any) -> None:
    """Put a file there whole: written, read back from the disk and checked, and only then given its name."""
    part = f".{name}{PART}"
    flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    file = os.open(part, flags, 0o640, dir_fd=parent)
    try:
        with os.fdopen(file, "w+b") as whole:
            whole.write(body)
            whole.flush()
            os.fsync(whole.fileno())
            whole.seek(0)
            read_back = whole.read()
            if read_back != body:
                raise Differs("the disk did not give back what was written")
        check(io.BytesIO(read_back))
        os.replace(part, name, src_dir_fd=parent, dst_dir_fd=parent)
        os.fsync(parent)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part, dir_fd=parent)
        raise


@contextlib.contextmanager
def _opened(folder: str, day: str) -> Iterator[int]:
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        parent = os.open(day, _ENTER, dir_fd=root)
        try:
            yield parent
        finally:
            os.close(parent)
    finally:
        os.close(root)


def main(arguments: list[str]) -> int:
    """Answer each order until there are no more."""
    folder, kind = arguments
    if kind not in FORMATS:
        return 2
    os.nice(15)
    for line in sys.stdin:
        answer = press(folder, kind, json.loads(line))
        try:
            print(json.dumps(answer, ensure_ascii=False), flush=True)
        except BrokenPipeError:  # who asked is gone, and finds what was done
            os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
