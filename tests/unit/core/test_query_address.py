"""The query in the address."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.query import NOTHING, Choice, Query, Sort, Span
from app.core.query_address import format_address, parse_address
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
