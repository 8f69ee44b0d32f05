"""What pages that share a connection say to each other (R43): a head in JSON, and beside it a body as it came.

Anything may be on a channel: what is no message of this form is not there. ``FORM`` is part of the channel's name, so
that pages which speak another form form a group of their own.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.core.leadership_events import Term

FORM = 1
LARGEST = 100_000
"""The most characters of a head; that of a burst has the length of each frame."""

Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, Field(max_length=40)]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class _OfTerm(_Message):
    """What the holder of a term says."""

    number: Count
    page: Name

    @property
    def term(self) -> Term:
        """The term."""
        return Term(self.number, self.page)


class Beat(_OfTerm):
    """The holder is alive; whether its socket is open, and the number of the last frame."""

    kind: Literal["beat"] = "beat"
    hidden: bool
    up: bool
    frame: Count


class Hello(_Message):
    """A page is there."""

    kind: Literal["hello"] = "hello"
    page: Name
    hidden: bool


class Bye(_Message):
    """A page is gone."""

    kind: Literal["bye"] = "bye"
    page: Name


class Frames(_OfTerm):
    """Frames came. The body is one frame, or with ``lengths`` several: joined with commas, in UTF-8.

    ``first`` is the number of the first one. A length is in bytes, and negative for a binary frame, which is not in
    the body.
    """

    kind: Literal["frames"] = "frames"
    first: Count
    lengths: tuple[int, ...] | None = None


class Closed(_OfTerm):
    """The socket was closed."""

    kind: Literal["closed"] = "closed"
    code: int
    reason: str = ""


class Retry(_Message):
    """The user asked for everything anew, in a window that has no socket: whoever holds connects at once."""

    kind: Literal["retry"] = "retry"
    page: Name


class Ask(_Message):
    """A page wants an answer that began after this frame, and not longer than ``oldest_s`` seconds ago."""

    kind: Literal["ask"] = "ask"
    page: Name
    to: Name
    ask: Count
    path: str
    after_frame: Count
    oldest_s: Annotated[float, Field(ge=0, le=60)]


class Done(_OfTerm):
    """The holder has just read this path: whoever would read it soon may do so now."""

    kind: Literal["done"] = "done"
    path: str


class Answer(_Message):
    """The answer to an ask, whose text is the body.

    Without a ``status`` there is none: nobody answered (``failed``), or else the page has to ask by itself.
    """

    kind: Literal["answer"] = "answer"
    to: Name
    ask: Count
    status: int | None = None
    headers: dict[str, str] = {}
    failed: str | None = None


Message = Beat | Hello | Bye | Frames | Closed | Retry | Ask | Answer | Done
_MESSAGES: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])


def write_head(message: Message) -> str:
    """Return the head of a message."""
    return message.model_dump_json()


def read_head(head: str) -> Message | None:
    """Return the message with this head; ``None`` for anything else."""
    if len(head) > LARGEST:
        return None
    try:
        return _MESSAGES.validate_json(head)
    except ValidationError:
        return None
