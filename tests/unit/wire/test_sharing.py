"""What pages say to each other, and what is no such thing."""

import pytest

from app.core.leadership_events import Term
from app.wire.sharing import (
    LARGEST,
    Answer,
    Ask,
    Beat,
    Bye,
    Closed,
    Done,
    Frames,
    Hello,
    Message,
    Retry,
    read_head,
    write_head,
)

MESSAGES: list[Message] = [
    Beat(number=3, page="a", hidden=False, up=True, frame=7),
    Hello(page="a", hidden=True),
    Bye(page="a"),
    Frames(number=3, page="a", first=1),
    Frames(number=3, page="a", first=1, lengths=(3, -1, 0)),
    Closed(number=3, page="a", code=4403, reason="鱼"),
    Retry(page="a"),
    Ask(page="a", to="b", ask=1, path="/api", after_frame=0, oldest_s=0.5),
    Answer(to="a", ask=1, status=200, headers={"date": "x"}),
    Answer(to="a", ask=1, failed="no answer"),
    Done(number=3, page="a", path="/api"),
]


@pytest.mark.parametrize("message", MESSAGES, ids=str)
def test_what_is_written_is_read(message: Message) -> None:
    """R43: every message survives the channel."""
    assert message == read_head(write_head(message))


def test_a_term_is_one_of_the_rules() -> None:
    """R43: number and page, as the rules compare them."""
    assert Term(3, "a") == Beat(number=3, page="a", hidden=False, up=True, frame=7).term


@pytest.mark.parametrize(
    "head",
    [
        "",
        "{",
        "[]",
        '{"kind": "no such"}',
        '{"kind": "hello", "page": "a"}',
        '{"kind": "hello", "page": "a", "hidden": "yes"}',
        '{"kind": "bye", "page": "' + "a" * 41 + '"}',
        '{"kind": "beat", "number": -1, "page": "a", "hidden": true, "up": true, "frame": 0}',
        '{"kind": "ask", "page": "a", "to": "b", "ask": 1, "path": "", "after_frame": 0, "oldest_s": NaN}',
        '{"kind": "bye", "page": "a"}' + " " * LARGEST,
    ],
)
def test_anything_else_is_not_there(head: str) -> None:
    """R43: another form, a wrong type, a number that is none, or far too much."""
    assert read_head(head) is None
