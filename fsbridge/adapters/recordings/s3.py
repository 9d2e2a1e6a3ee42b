"""Recordings in a bucket: any store that speaks S3, named by a URL."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

from fsbridge.adapters.recordings.folder import RecordingFolder
from fsbridge.adapters.recordings.listening import BARS, LocalSounds, peaks_of
from fsbridge.adapters.recordings.peakfiles import PeakFiles
from fsbridge.domain.recordings import named
from fsbridge.errors import ConfigError
from fsbridge.services.recordings_finish import StorageFailed
from fsbridge.services.retention import Found, RecordingMissing, RecordingRefused

_SPOOLED = 8 << 20
_PIECE = 1 << 20
_READ_AHEAD = 512 << 10
"""Bytes that are asked for at a time: half a minute of a compressed conversation, or more."""
_HASH = "sha256"
"""The name under which an object tells what it hashes to."""


class S3Archive:
    """Recordings in a bucket; raw files and copies on their way lie in `folder`.

    The URL is ``s3://BUCKET/PREFIX``, with ``?endpoint=URL&region=NAME`` for a store that is not Amazon's.
    Keys and secrets come from where S3's tools look for them (``AWS_ACCESS_KEY_ID`` …). ConfigError says what
    is wrong with the URL.

    >>> S3Archive("s3:///nothing", Path("/nowhere"))
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: recordings.storage is 's3:///nothing'; give s3://BUCKET/PREFIX...
    """

    def __init__(self, url: str, folder: Path) -> None:
        try:
            import boto3  # type: ignore[import-untyped]
            from botocore.config import Config  # type: ignore[import-untyped]
        except ImportError:
            raise ConfigError("recordings.storage needs boto3: pip install 'fsbridge[s3]'") from None
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if not parts.netloc or set(asked) - {"endpoint", "region"}:
            wanted = "s3://BUCKET/PREFIX[?endpoint=URL&region=NAME]"
            raise ConfigError(f"recordings.storage is {url!r}; give {wanted}")
        self._bucket = parts.netloc
        self._prefix = parts.path.strip("/")
        self._folder = folder
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=asked.get("endpoint"),
            region_name=asked.get("region") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
            config=Config(
                connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}
            ),
        )

    def put(self, path: str, size: int, sha256: str) -> None:
        """Take a finished file of the folder to the bucket, read it back, and let the local one go."""
        key = self._key(path)
        with LocalSounds(self._folder).open(path) as file, _translated(path):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=file, ContentLength=size, Metadata={_HASH: sha256}
            )
        found = self.look(path)
        if (found.size, found.sha256) != (size, sha256):
            raise StorageFailed(f"{path} came back from the bucket as {found.size} bytes, {found.sha256}")
        folder = RecordingFolder(self._folder)
        try:
            folder.remove(path, folder.look(path))
            folder.settle()
        finally:
            folder.close()

    def size(self, path: str) -> int:
        """Bytes of a recording; RecordingMissing, RecordingRefused, StorageFailed."""
        with _translated(path):
            return int(self._client.head_object(Bucket=self._bucket, Key=self._key(path))["ContentLength"])

    def look(self, path: str) -> Found:
        """A recording's bytes and hash, read anew."""
        digest, size = hashlib.sha256(), 0
        with _translated(path):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(path))
            for piece in answer["Body"].iter_chunks(_PIECE):
                digest.update(piece)
                size += len(piece)
        return Found(size, digest.hexdigest(), str(answer.get("ETag", "")))

    def open(self, path: str) -> IO[bytes]:
        """A recording's bytes, seekable: what is read of them is asked for then, so a part costs a part.

        StorageFailed from a read too, also where the recording was replaced meanwhile.
        """
        with _translated(path):
            about = self._client.head_object(Bucket=self._bucket, Key=self._key(path))
        mark = str(about.get("ETag", ""))
        pieces = _Pieces(
            lambda first, last: self.part(path, first, last, mark=mark), int(about["ContentLength"])
        )
        return io.BufferedReader(pieces, _READ_AHEAD)

    def _whole(self, path: str) -> IO[bytes]:
        """All of a recording: in memory, a long one in a file that nobody else sees."""
        file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOLED)  # noqa: SIM115
        try:
            with _translated(path):
                answer = self._client.get_object(Bucket=self._bucket, Key=self._key(path))
                for piece in answer["Body"].iter_chunks(_PIECE):
                    file.write(piece)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def part(self, path: str, first: int, last: int, *, mark: str = "") -> bytes:
        """The bytes of a recording from the `first` to the `last`, both counted; of that `mark` alone."""
        wanted = {"Range": f"bytes={first}-{last}", **({"IfMatch": mark} if mark else {})}
        with _translated(path):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(path), **wanted)
            return bytes(answer["Body"].read())

    def peaks(self, path: str, bars: int = BARS) -> tuple[float, list[list[int]]]:
        """As `LocalSounds.peaks`, drawn once and kept here for a while."""

        def draw() -> tuple[float, list[list[int]]]:
            with self._whole(path) as file:
                return peaks_of(file, bars)

        self.size(path)  # of one that is gone there is no drawing
        return PeakFiles(self._folder / ".peaks").get(path, bars, draw)

    def remove(self, path: str, found: Found) -> None:
        """Remove a recording, if it is still what was looked at."""
        with _translated(path):
            answer = self._client.head_object(Bucket=self._bucket, Key=self._key(path))
            if found.mark and str(answer.get("ETag", "")) != found.mark:
                raise RecordingRefused("it was written to, or replaced, while it was looked at")
            self._client.delete_object(Bucket=self._bucket, Key=self._key(path))

    def settle(self) -> None:
        """What was removed is gone for good already."""

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _key(self, path: str) -> str:
        if named(path) is None:
            raise RecordingRefused("its path leaves the folder, or is written in a roundabout way")
        return f"{self._prefix}/{path}".lstrip("/")


class _Pieces(io.RawIOBase):
    """The bytes of an object, each asked for when it is read; `part` gives those from one to another."""

    def __init__(self, part: Callable[[int, int], bytes], size: int) -> None:
        self._part = part
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        found = self._part(self._at, self._at + wanted - 1)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


@contextmanager
def _translated(path: str) -> Iterator[None]:
    """What the store answers, in our words."""
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            raise RecordingMissing(path) from None
        raise StorageFailed(f"the bucket refuses {path}: {error}") from None
    except BotoCoreError as error:
        raise StorageFailed(f"the bucket cannot be reached: {error}") from None
