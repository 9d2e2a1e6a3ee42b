"""Any cutting of the stream gives the same frames; nothing hostile in it becomes structure."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.errors import ProtocolError
from fsbridge.esl.encode import (
    encode_api_response,
    encode_auth_request,
    encode_connect_reply,
    encode_disconnect,
    encode_event,
    encode_reply,
)
from fsbridge.esl.frames import Event, FrameReader, Headers

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True)
values = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=60)
events = st.builds(
    encode_event,
    st.lists(st.tuples(names, values), min_size=1, max_size=10).filter(
        lambda pairs: all(name.lower() != "content-length" for name, _ in pairs)
    ),
    st.one_of(st.just(b""), st.binary(min_size=1, max_size=200).filter(lambda body: b"\0" not in body)),
)
frames = st.one_of(
    events,
    st.just(encode_auth_request()),
    st.just(encode_reply("+OK accepted")),
    st.builds(encode_api_response, st.binary(min_size=1, max_size=300)),
    st.just(encode_disconnect("u", "sofia/x", linger=5)),
    st.just(encode_connect_reply({"Unique-ID": "u", "variable_note": "a\nb: c\n\n"})),
)


def read(stream: bytes, cuts: list[int] | None = None) -> list[bytes]:
    reader = FrameReader()
    edges = [0, *sorted(set(cuts or [])), len(stream)]
    out = [event.raw for a, b in itertools.pairwise(edges) for event in reader.feed(stream[a:b])]
    assert reader.pending == 0
    return out


@given(st.lists(frames, min_size=1, max_size=6))
@settings(max_examples=60)
def test_a_stream_cut_at_every_byte_gives_the_same_frames(parts):
    stream = b"".join(parts)
    assert read(stream, list(range(len(stream)))) == parts
    assert read(stream) == parts


@given(st.lists(frames, min_size=1, max_size=8), st.data())
def test_a_stream_cut_anywhere_gives_the_same_frames(parts, data):
    stream = b"".join(parts)
    assert read(stream, data.draw(st.lists(st.integers(0, len(stream)), max_size=10))) == parts


@given(st.lists(st.tuples(names, values), min_size=1, max_size=12))
def test_every_value_reads_back(pairs):
    event = FrameReader().feed(encode_event(pairs))[0]
    for name, _ in pairs:
        same = [value for other, value in pairs if other.lower() == name.lower()]
        assert event.headers.get_all(name) == same
        exact = [value for other, value in pairs if other == name]
        assert event.headers[name] == exact[0]
        assert event.headers[name.swapcase()] in same
    assert "Not-There" not in event.headers
    assert event.headers.get("Not-There", "-") == "-"


@given(values)
def test_an_encoded_line_feed_adds_no_header(value):
    hostile = f"x\nJob-UUID: forged\n\nContent-Length: 5\n{value}"
    event = FrameReader().feed(encode_event({"Event-Name": "DTMF", "variable_note": hostile}))[0]
    assert event.headers["variable_note"] == hostile
    assert "Job-UUID" not in event.headers
    assert event.body == ""


def test_a_job_body_forges_no_header():
    body = "+OK\nJob-UUID: forged\nEvent-Name: HEARTBEAT\nContent-Length: 3\n\nabc"
    event = FrameReader().feed(encode_event({"Event-Name": "BACKGROUND_JOB", "Job-UUID": "ours"}, body))[0]
    assert event.headers.get_all("Job-UUID") == ["ours"]
    assert event.name == "BACKGROUND_JOB"
    assert event.body == body


def test_an_earlier_content_length_in_an_event_is_data():
    pairs = [("Event-Name", "CUSTOM"), ("Content-Length", "99999"), ("X", "y")]
    event = FrameReader().feed(encode_event(pairs, "body"))[0]
    assert event.body == "body"


@given(st.binary(min_size=1, max_size=300).filter(lambda body: not body.startswith(b"-")))
def test_bodies_that_are_not_utf8_are_kept_and_readable(body):
    event = FrameReader().feed(encode_api_response(body))[0]
    assert event.body_bytes == body
    assert event.body == body.decode("utf-8", "replace")


def test_header_bytes_that_are_not_utf8_do_not_kill_the_reader():
    frame = b"Content-Type: text/event-plain\nContent-Length: 18\n\nX: %FF\xfe%E6%B0%B4\n\n"
    event = FrameReader().feed(frame)[0]
    assert event.headers["X"] == "��水"


def test_only_events_are_percent_encoded():
    reply = FrameReader().feed(encode_reply("100%25 sure"))[0]
    assert reply.text == "100%25 sure"
    connected = FrameReader().feed(encode_connect_reply({"variable_x": "100%"}))[0]
    assert connected.headers["variable_x"] == "100%"
    assert connected.text == "+OK"


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        (b"Content-Type: api/response\nContent-Length: -1\n\n", "not a number"),
        (b"Content-Type: api/response\nContent-Length: 1e3\n\n", "not a number"),
        (b"Content-Type: api/response\nContent-Length: 20000000\n\n", "at most"),
        (b"Content-Type: api/response\nContent-Length: 9999999999999\n\n", "not a number"),
        (b"\n\n", "out of step"),
        (b"HTTP/1.1 200 OK\n\n", "Content-Type"),
        (b"x" * (1024 * 1024 + 2), "header block"),
    ],
)
def test_a_stream_out_of_step_is_refused_with_a_reason(stream, why):
    with pytest.raises(ProtocolError, match=why):
        FrameReader().feed(stream)


def test_headers_that_never_end_are_refused_however_slowly_they_come():
    reader = FrameReader(max_headers=1000)
    for _ in range(1000):
        reader.feed(b"x")
    with pytest.raises(ProtocolError, match="header block"):
        reader.feed(b"x")


def test_a_frame_of_20_megabytes_comes_through_where_it_is_allowed():
    body = b"y" * 20_000_000
    stream = encode_api_response(body)
    reader = FrameReader(max_frame=32 * 1024 * 1024)
    got: list[Event] = []
    for at in range(0, len(stream), 65536):
        got += reader.feed(stream[at : at + 65536])
    assert len(got[0].body_bytes) == 20_000_000


def test_inner_headers_come_before_those_of_the_frame():
    event = FrameReader().feed(encode_event({"Event-Name": "CUSTOM", "Content-Type": "inner/type"}))[0]
    assert event.headers["Content-Type"] == "inner/type"
    assert event.content_type == "text/event-plain"
    assert int(event.headers["content-length"]) > 0


def test_headers_iterate_without_repeats():
    assert dict(Headers.parse(b"A: 1\na: 2\nB: 3")) == {"A": "1", "B": "3"}


def test_good_frames_before_a_fault_are_not_lost_with_it():
    reader = FrameReader()
    events = reader.feed(encode_reply("+OK") + b"Content-Type: x\nContent-Length: none\n\n")
    assert [event.text for event in events] == ["+OK"]
    assert "not a number" in str(reader.fault)
    with pytest.raises(ProtocolError):
        reader.feed(encode_reply("+OK"))
