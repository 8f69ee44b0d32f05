"""What can go wrong with a call to the backend.

ApiError
├── Unreachable      no answer came, or none in time
├── Unreadable       an answer came that is not JSON or lacks a required field
├── Refused          a 4xx or 5xx; ``problem`` says what, ``retry_after_s`` how long to wait
│   ├── NotAllowed   403, and the API itself says that it is for admins
│   └── NotFound     404, and the API itself says that there is no such thing
└── NotSignedIn      there is no session, or it has just ended
"""

from app.wire.errors import Problem

OVERLOADED = frozenset({429, 502, 503, 504})


class ApiError(Exception):
    """A call that failed."""

    # The server's ``Retry-After`` in seconds, if the answer had one: the floor of the back-off (R13).
    retry_after_s: float | None = None


class Unreachable(ApiError):
    """No answer came, or none in time.

    ``sent`` is false where the request came to nothing before it was made: its token could not be renewed.
    """

    def __init__(self, why: str = "", *, sent: bool = True) -> None:
        super().__init__(why)
        self.sent = sent


class Unreadable(ApiError):
    """An answer came that is not JSON or lacks a required field."""


class NotSignedIn(ApiError):
    """There is no session, or it has just ended."""


class Refused(ApiError):
    """The server answered with a 4xx or 5xx."""

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        super().__init__(problem.code or f"HTTP {problem.status}")
        self.problem = problem
        self.retry_after_s = retry_after_s

    @property
    def overloaded(self) -> bool:
        """Whether the next request would fare no better: too many of them, or nobody behind the proxy."""
        return self.problem.status in OVERLOADED


class NotAllowed(Refused):
    """The API says that this user is no admin."""


class NotFound(Refused):
    """The API says that there is no such thing."""


_NOT_THERE = frozenset({403, 404, 405})


def not_offered(error: ApiError) -> bool:
    """Return whether an answer says that the server has no such route, or not for this user."""
    return isinstance(error, Refused) and error.problem.status in _NOT_THERE


def unanswered(error: ApiError) -> bool:
    """Return whether what was sent may have been done: no word of the API itself came back."""
    if isinstance(error, Refused):
        return error.problem.status >= 500 and not error.problem.own
    return isinstance(error, Unreadable) or (isinstance(error, Unreachable) and error.sent)
