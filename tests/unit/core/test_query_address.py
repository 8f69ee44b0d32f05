"""The query in the address."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.query import NOTHING, Choice, Query, Sort, Span
from app.core.query_address import LONGEST_ADDRESS, format_address, parse_address
from tests.unit.core.test_query import queries

SAFE = set(string.ascii_letters + string.digits + "-._~%:/=&,")


@given(queries())
def test_an_address_means_the_query_it_was_made_of(query: Query) -> None:
    """R35: reload, back, share and open in another tab give the same list."""
    address = format_address(query)
    reading = parse_address(address)
    assert (query, ()) == (reading.query, reading.problems)
    assert set(address) <= SAFE


@given(st.text(st.characters()))
def test_no_address_raises(text: str) -> None:
    """R35: whatever stands in the address, a query is made of it that can be written again."""
    query = parse_address(text).query
    assert query == parse_address(format_address(query)).query


def test_the_names_are_the_promised_ones() -> None:
    """R35: the names in the address are public."""
    query = Query(words=("koi",), status=Choice(("failed", "running")), since=Span(86400), sort=Sort("elapsed"))
    assert "q=koi&status=failed,running&since=24h&sort=-elapsed" == format_address(query)
    assert "" == format_address(NOTHING)


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("q=koi+pond", Query(words=("koi", "pond"))),
        ("q=-blur", Query(without=("blur",))),
        ("status=failed%2Crunning", Query(status=Choice(("failed", "running")))),
        ("status=-failed", Query(status=Choice((), ("failed",)))),
        ("executor=-x,y", Query(executor=Choice(("y",), ("x",)))),
        ("executor=a%2Cb,%2Dc", Query(executor=Choice(("-c", "a,b")))),
        ("longer=30s,-5m", Query(longer=Span(30, 300))),
        ("q=status:failed&&", Query(status=Choice(("failed",)))),
        ("q=%E5%8D%B0%E8%8A%B1", Query(words=("印花",))),
        ("q=%FF", Query(words=("�",))),
    ],
)
def test_what_an_address_says(address: str, query: Query) -> None:
    """R35: addresses that were typed or changed on their way are understood too."""
    assert query == parse_address(address).query


def test_a_broken_address_says_what_is_wrong_and_keeps_the_rest() -> None:
    """R35: nothing is lost, and the parts that mean nothing are named."""
    reading = parse_address("q=koi&status=faild,failed&since=yesterday&colour=red&sort=")
    assert Query(words=("koi",), status=Choice(("failed",))) == reading.query
    assert ("status:faild", "since:yesterday", "colour=red") == reading.problems
    assert parse_address("q=" + "a" * 9000).problems


@pytest.mark.parametrize("half", ["\ud800", "a\udfff"])
def test_half_a_character_costs_itself(half: str) -> None:
    """R35: in an address and in a query that becomes one."""
    query = parse_address(f"q={half}&executor={half}").query
    assert (half[:-1] + "?",) == query.words == query.executor.included
    assert f"q={half[:-1]}%3F" == format_address(Query(words=(half,)))


def test_values_keep_what_an_address_may_hold() -> None:
    """R35: a reader of the address recognises them; a minus in front and a comma are not taken for ours."""
    query = Query(executor=Choice(("http://a:1/b", "-c", "d,e"), ("-f",)))
    assert "executor=http://a:1/b,%2Dc,d%2Ce,-%2Df" == format_address(query)


def test_a_value_may_hold_an_equals_sign() -> None:
    """R35: the first one ends the name."""
    assert ("a=b",) == parse_address("q=a=b").query.words


def test_what_is_named_of_a_broken_address_is_short() -> None:
    """R35: enough to recognise it; an address as long as it may be has nothing in excess."""
    assert ("x" * 80,) == parse_address("x" * 100).problems
    exact = "q=" + "&" * (LONGEST_ADDRESS - 2)
    assert () == parse_address(exact).problems
    assert ("0123456789" * 2,) == parse_address(exact + "0123456789" * 9).problems
