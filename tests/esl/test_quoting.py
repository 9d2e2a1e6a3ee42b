"""What goes into a FreeSWITCH argument comes out of it, whatever a caller chose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.errors import InvalidArgument
from fsbridge.esl.quoting import app_args, channel_variables, dial_string, literal, quote
from tests.esl.freeswitch_parsing import Expanded, bracket_variables, expand, split_at_blanks

nasty = st.text(
    alphabet=st.one_of(st.sampled_from("\\'\"${}%[]<>,|;=& \tabns"), st.characters(exclude_characters="\0")),
    max_size=40,
)
one_line = nasty.filter(lambda text: not set(text) & set("\r\n"))


@given(st.lists(nasty, min_size=1, max_size=6))
def test_tokens_arrive_whole_and_in_their_places(tokens):
    assert split_at_blanks(" ".join(map(quote, tokens))) == tokens


@given(st.lists(nasty, min_size=1, max_size=6))
def test_application_arguments_survive_expansion_and_splitting(tokens):
    assert split_at_blanks(expand(app_args(*tokens))) == tokens


@given(nasty)
def test_a_literal_is_never_expanded(text):
    assert expand(literal(text)) == text


def test_the_model_does_expand_what_is_not_protected():
    with pytest.raises(Expanded):
        expand("${system(reboot)}")
    with pytest.raises(Expanded):
        expand("\\\\${system(reboot)}")


@given(st.dictionaries(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), one_line, max_size=5))
def test_dial_string_variables_survive_both_splittings(variables):
    if any(set(value) & set("{}") for value in variables.values()):
        with pytest.raises(InvalidArgument, match="variable"):
            channel_variables(variables)
        return
    written = channel_variables(variables)
    set_ones = {name: value for name, value in variables.items() if value}  # FreeSWITCH sets no empty one
    assert bracket_variables(written[1:-1] if written else "") == set_ones


@pytest.mark.parametrize("endpoint", ["", "user/1 &park()", "user/1,user/2", "{x=1}user/1", "user/1\napi"])
def test_an_endpoint_is_one_address(endpoint):
    with pytest.raises(InvalidArgument, match="endpoint"):
        dial_string(endpoint)


@pytest.mark.parametrize("name", ["", "a b", "a=b", "^^:x", "a}b", "1a"])
def test_a_variable_name_is_a_name(name):
    with pytest.raises(InvalidArgument, match="variable name"):
        channel_variables({name: "x"})
