"""The inputs of ``core.leadership`` and its effects; it says which follows from which.

docs/decisions/one-connection.md says why.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """One time of holding. The later one counts; no two pages hold in the same, for the page is part of it."""

    number: int
    page: str


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody is signed in: this page wants to be one of the group."""

    hidden: bool


@dataclass(frozen=True, slots=True)
class Leave:
    """Nobody is signed in, or the page is left."""


@dataclass(frozen=True, slots=True)
class Visibility:
    """The page was hidden or shown."""

    hidden: bool


@dataclass(frozen=True, slots=True)
class Acquired:
    """The lock that was claimed is held."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The lock that was held has been taken away."""


@dataclass(frozen=True, slots=True)
class BeatReceived:
    """The holder of a term is alive."""

    term: Term
    hidden: bool


@dataclass(frozen=True, slots=True)
class HelloReceived:
    """Another page is there."""

    page: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class ByeReceived:
    """Another page is gone."""

    page: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The deadline has come."""


Input = Join | Leave | Visibility | Acquired | Lost | BeatReceived | HelloReceived | ByeReceived | Tick


@dataclass(frozen=True, slots=True)
class Claim:
    """Queue for the lock, or take it from whoever holds it. What the earlier claim still reports is ignored."""

    steal: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Give the lock back, or leave its queue."""


@dataclass(frozen=True, slots=True)
class SendBeat:
    """Announce to all that this page holds."""


@dataclass(frozen=True, slots=True)
class SendHello:
    """Announce to all that this page is there, and whether it is hidden."""


@dataclass(frozen=True, slots=True)
class SendBye:
    """Announce to all that this page is gone."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Role, holder or the number of pages is another."""


Effect = Claim | GiveUp | SendBeat | SendHello | SendBye | Changed
