"""What can go wrong with a call to the backend.

ApiError
├── Unreachable      no answer came, or none in time
├── Unreadable       an answer came that says nothing
├── Refused          a 4xx or 5xx; ``problem`` says what, ``retry_after_s`` when to come back
│   ├── NotAllowed   403
│   └── NotFound     404
└── NotSignedIn      there is no session, or it has just ended
"""

from app.wire.errors import Problem


class ApiError(Exception):
    """A call that brought nothing."""

    retry_after_s: float | None = None


class Unreachable(ApiError):
    """No answer came, or none in time."""


class Unreadable(ApiError):
    """An answer came that says nothing."""


class NotSignedIn(ApiError):
    """There is no session, or it has just ended."""


class Refused(ApiError):
    """The server said no."""

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        super().__init__(problem.code or f"HTTP {problem.status}")
        self.problem = problem
        self.retry_after_s = retry_after_s


class NotAllowed(Refused):
    """403: not for this user."""


class NotFound(Refused):
    """404: no such thing."""
