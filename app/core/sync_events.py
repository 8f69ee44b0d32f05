"""What ``core.sync`` asks for, what it takes back of it, and what it wants done to the collection.

docs/decisions/sync.md says why.
"""

from dataclasses import dataclass

from app.core.events import ServerReachable


@dataclass(frozen=True, slots=True)
class ReadList:
    """Read a page of ``limit`` jobs, newest first; with ``word``, only of those that the server calls so."""

    limit: int
    page: int = 0
    word: str | None = None


@dataclass(frozen=True, slots=True)
class ReadJob:
    """Read one job."""

    job_id: str


Request = ReadList | ReadJob


@dataclass(frozen=True, slots=True)
class Listed:
    """A list was answered, and the collection holds what was in it.

    ``listed`` is how many jobs that page of the server's has, those that could not be read among them; ``new`` how many
    of them this page did not know before.
    """

    job_ids: tuple[str, ...]
    listed: int
    new: int

    @property
    def whole(self) -> bool:
        """Whether every job of that page is among them."""
        return self.listed == len(self.job_ids)


@dataclass(frozen=True, slots=True)
class Found:
    """The one job was answered, and the collection holds the answer."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The server does not know the one job (404)."""

    job_id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A request brought nothing.

    ``answered`` if an answer came all the same, ``overloaded`` if it said that there are too many requests or that
    nobody is behind the proxy, ``retry_after_s`` when the server wants to be asked again. ``cause`` is for whoever
    shows it; the machine does not read it.
    """

    answered: bool
    overloaded: bool = False
    retry_after_s: float | None = None
    cause: Exception | None = None

    @property
    def concerns_one(self) -> bool:
        """Whether it says nothing of the next request: the server is there, and takes requests."""
        return self.answered and not self.overloaded


@dataclass(frozen=True, slots=True)
class Broken:
    """A fault of our own kept the round from going on; it says nothing of the server."""

    cause: Exception


@dataclass(frozen=True, slots=True)
class NoSession:
    """Nobody is signed in any more: neither an answer nor a failure."""


Outcome = Listed | Found | Missing | Failed | Broken | NoSession


@dataclass(frozen=True, slots=True)
class MarkUnknown:
    """The server does not know these active jobs: show them as unknown, never as done (R11)."""

    job_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GiveUp:
    """These jobs stood still for too long under a word that nobody knows: keep the word, and ask no more (R11)."""

    job_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remove:
    """These jobs, which had ended, are gone from the server, or lie beyond a hole: remove them."""

    job_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DetailsRead:
    """The server was asked for what push had left out of these jobs; what is known now is all there is (R23)."""

    job_ids: tuple[str, ...]


Effect = ReadList | ReadJob | MarkUnknown | GiveUp | Remove | DetailsRead | ServerReachable
