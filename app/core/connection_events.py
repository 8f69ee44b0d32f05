"""The inputs of a realtime connection and its effects; ``core.connection`` says which follows from which.

docs/decisions/half-open.md says why.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody wants to be connected."""


@dataclass(frozen=True, slots=True)
class Stop:
    """No connection is wanted: signed out, or the page is left (R5)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause reason holds (R17)."""


@dataclass(frozen=True, slots=True)
class Resume:
    """No pause reason holds any more."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """The user asked, or the browser came back online (R4)."""


@dataclass(frozen=True, slots=True)
class ServerReachable:
    """The server answers reads again, after it could not be reached."""


@dataclass(frozen=True, slots=True)
class Replace:
    """The wall clock jumped: a socket that says it is open is not to be believed (R18)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The socket of a generation opened."""

    generation: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The socket of a generation closed; a browser says 1006 where no close frame said why."""

    generation: int
    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FramesReceived:
    """Frames arrived; ``answer`` if one of them answers a ping."""

    generation: int
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """A read found what push should have brought."""


@dataclass(frozen=True, slots=True)
class TokenChecked:
    """The REST read that checks the token ended. A refused token ends the session elsewhere, with ``Stop``."""


@dataclass(frozen=True, slots=True)
class TokenRenewed:
    """The token was renewed, or (``ok`` false) the server could not be reached."""

    ok: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """The deadline has come."""


Input = (
    Start
    | Stop
    | Pause
    | Resume
    | Refresh
    | ServerReachable
    | Replace
    | Opened
    | Closed
    | FramesReceived
    | Missed
    | TokenChecked
    | TokenRenewed
    | Tick
)


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Construct a socket; report on it under this generation."""

    generation: int


@dataclass(frozen=True, slots=True)
class DropSocket:
    """Close the socket and listen to it no more, not even for its ``close``."""

    generation: int


@dataclass(frozen=True, slots=True)
class SendPing:
    """Ask for a sign of life."""

    generation: int


@dataclass(frozen=True, slots=True)
class CheckToken:
    """Do a REST read with the token, then say ``TokenChecked``."""


@dataclass(frozen=True, slots=True)
class RenewToken:
    """Refresh the token, then say ``TokenRenewed``."""


@dataclass(frozen=True, slots=True)
class EndSession:
    """The server refuses even a fresh token: back to the sign-in form."""


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Refresh everything over REST."""


Effect = OpenSocket | DropSocket | SendPing | CheckToken | RenewToken | EndSession | Reconcile
