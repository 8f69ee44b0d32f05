"""The accounts that a development host offers."""

import pytest

from app.core.demo_accounts import DemoAccount
from app.wire.demo_accounts import MOST, read_demo_accounts


def test_accounts_are_read() -> None:
    """R33: a role need not be there."""
    text = '{"accounts": [{"username": "a", "password": "b", "role": "admin"}, {"username": "c", "password": "d"}]}'
    assert read_demo_accounts(text) == (DemoAccount("a", "b", "admin"), DemoAccount("c", "d"))


@pytest.mark.parametrize(
    "text",
    ["", "<!doctype html>", "null", "7", "[]", "{}", '{"accounts": 7}', '{"accounts": [7]}', '{"accounts": [{}]}'],
)
def test_anything_else_is_none(text: str) -> None:
    """R33: a host that knows of no such route answers with whatever it likes."""
    assert read_demo_accounts(text) == ()


def test_what_is_no_name_is_left_out_and_only_so_many_are_taken() -> None:
    """R33: the form stays a form."""
    empty = '{"username": "", "password": ""}'
    many = ", ".join(['{"username": "a", "password": ""}'] * 20)
    assert read_demo_accounts(f'{{"accounts": [{empty}]}}') == ()
    assert len(read_demo_accounts(f'{{"accounts": [{many}]}}')) == MOST
