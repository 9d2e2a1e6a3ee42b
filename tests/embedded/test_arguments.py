"""The kit takes arguments apart as FreeSWITCH does: what `esl.quoting` writes comes out as it went in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.embedded.arguments import expand, tokens
from fsbridge.esl.quoting import app_args, literal
from tests.esl.freeswitch_parsing import split_at_blanks

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
quotish = st.text(" '\\\"ab${}nt", max_size=12)


def never(*_: str) -> str:
    raise AssertionError("something was expanded")


@given(st.lists(texts | quotish))
def test_tokens_arrive_whole(words: list[str]) -> None:
    assert tokens(expand(app_args(*words), never, never)) == words


@given(texts | quotish)
def test_a_literal_is_never_expanded(text: str) -> None:
    assert expand(literal(text), never, never) == text


@given(st.lists(st.text(" 'ab\\", max_size=8)).map(" ".join))
def test_blank_arguments_collapse_and_both_readings_of_freeswitch_agree(text: str) -> None:
    text = text.replace("\\", "")
    if text.count("'") % 2 == 0:
        assert tokens(text) == [word for word in split_at_blanks(text.strip()) if word or "''" in text]
