"""Records posted: taken only with the secret, answered 2xx only when kept, refused before they are read."""

from __future__ import annotations

import base64
import http.client
import socket
from collections.abc import Iterator

import pytest

from fsbridge.adapters.cdr import LARGEST, USER, receiving
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.services.history import Past, RecordRefused
from fsbridge.testing.past import PastInMemory
from tests.adapters.cdr.records import record

SECRET = "a-secret-of-some-length"


class Posting:
    """A receiver, and FreeSWITCH's side of it."""

    def __init__(self) -> None:
        self.archive = PastInMemory()
        self.server = receiving(Past(self.archive), SECRET, port=0)
        self.server.start()

    def post(
        self,
        body: bytes,
        *,
        user: str = USER,
        secret: str = SECRET,
        path: str = "/cdr?uuid=7f1c",
        method: str = "POST",
    ) -> tuple[int, str]:
        """The answer's status and text."""
        token = base64.b64encode(f"{user}:{secret}".encode()).decode()
        return self.send(method, path, body, {"Authorization": f"Basic {token}"})

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode().strip()
        finally:
            connection.close()


@pytest.fixture
def posting() -> Iterator[Posting]:
    posting = Posting()
    yield posting
    posting.server.stop(timeout=1)


def test_a_record_is_kept_once_however_often_it_is_posted(posting: Posting) -> None:
    assert [posting.post(record("7f1c")) for _ in range(3)] == [(200, "kept"), (200, "known"), (200, "known")]
    assert list(posting.archive.histories) == ["7f1c"]


@pytest.mark.parametrize(("user", "secret"), [("", ""), (USER, "guessed"), ("root", SECRET), (USER, "")])
def test_without_the_secret_nothing_is_read(posting: Posting, user: str, secret: str) -> None:
    status, _ = posting.post(record("7f1c"), user=user, secret=secret)
    assert (status, posting.archive.histories) == (401, {})


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic w4Q=", "Bearer abc", f"Digest {SECRET}"])
def test_any_other_proof_is_none(posting: Posting, header: str) -> None:
    assert posting.send("POST", "/cdr", record("7f1c"), {"Authorization": header})[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/cdr", 405), ("POST", "/", 404), ("POST", "/cdr/../../etc", 404)]
)
def test_records_are_posted_to_one_place(posting: Posting, method: str, path: str, status: int) -> None:
    assert posting.post(b"", method=method, path=path)[0] == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"variables": {"uuid": "../../etc/passwd"}}'])
def test_what_is_no_record_is_refused(
    posting: Posting, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    status, text = posting.post(body)
    assert status == 400
    assert text in caplog.text


def test_twenty_megabytes_are_refused_before_they_are_read(
    posting: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    token = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    with socket.create_connection(("127.0.0.1", posting.server.server_port), timeout=10) as line:
        line.sendall(
            f"POST /cdr HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {token}\r\n"
            f"Content-Length: {20 << 20}\r\n\r\n".encode()
        )  # and not one byte of it
        answer = line.recv(1000).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert str(LARGEST) in caplog.text


def test_a_body_without_a_length_is_refused(posting: Posting) -> None:
    token = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    headers = {"Authorization": f"Basic {token}", "Transfer-Encoding": "chunked"}
    assert posting.send("POST", "/cdr", b"2\r\n{}\r\n0\r\n\r\n", headers)[0] == 411


def test_a_store_that_is_away_is_said_to_be_so_and_the_record_comes_again(posting: Posting) -> None:
    posting.archive.failing = FsbridgeError("the database is away")
    assert posting.post(record("7f1c")) == (503, "the database is away")
    posting.archive.failing = RecordRefused("the database refuses it")
    assert posting.post(record("7f1c"))[0] == 422
    posting.archive.failing = None
    assert posting.post(record("7f1c")) == (200, "kept")


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "freeswitch.example", ""])
def test_it_listens_on_loopback_alone(address: str) -> None:
    with pytest.raises(ConfigError, match="loopback only"):
        receiving(Past(PastInMemory()), SECRET, address=address)
