"""Opens the socket in every way in which a token can be shown, and listens until a ping was answered."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from app.core.events import MalformedFrame, PingAnswer, UnknownFrame
from app.wire.frames import read_frame
from contract.findings import Findings
from contract.routes import NO_TOKEN

STREAM = "/api/notify/v1/stream"
VERSION = "podi.v1"
BEARER = "podi.bearer."
# As the page has them: R3 for opening, R6 for the answer to a ping.
OPEN_WITHIN_S = 10.0
ANSWER_WITHIN_S = 10.0
LARGEST_FRAME = 16 * 1024 * 1024
TOKEN_REFUSED = 4401
PUSHED = {
    "task.status": "push.task-status",
    "ability-task.status": "push.ability-task-status",
    "wallet.points": "push.wallet-points",
    "ability-log.created": "push.ability-log-created",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way of showing a token, or none: what is sent in the header, as subprotocols and in the query."""

    header: bool = False
    subprotocol: bool = False
    query: bool = False


HEADER, SUBPROTOCOL, QUERY, ANONYMOUS = Way(header=True), Way(subprotocol=True), Way(query=True), Way()


@dataclass(slots=True)
class Visit:
    """What came of opening a socket once."""

    opened: bool = False
    refused_with: int | None = None
    """The HTTP status instead of an upgrade, or the close code after it."""
    reason: str = ""
    ping_answered: bool = False
    kinds: set[str] = field(default_factory=set)
    unreadable: int = 0

    @property
    def stayed(self) -> bool:
        """Whether it was open for as long as it was listened to."""
        return self.opened and self.refused_with is None


def listen(address: str, token: str, way: Way) -> Visit:
    """Open the socket in one way, send a ping, and listen until it is answered, refused, or 10 s are over."""
    visit = Visit()
    url = "ws" + address.removeprefix("http") + STREAM
    protocols = [Subprotocol(VERSION), Subprotocol(BEARER + token)] if way.subprotocol else None
    try:
        with connect(
            f"{url}?access_token={quote(token)}" if way.query else url,
            subprotocols=protocols,
            additional_headers={"Authorization": f"Bearer {token}"} if way.header else None,
            compression=None,
            proxy=None,
            open_timeout=OPEN_WITHIN_S,
            close_timeout=1,
            max_size=LARGEST_FRAME,
            ping_interval=None,
        ) as socket:
            visit.opened = not way.subprotocol or socket.subprotocol == VERSION
            visit.reason = "" if visit.opened else f"it does not answer {VERSION}, and a browser ends it then"
            _attend(socket, visit)
    except InvalidStatus as error:
        visit.refused_with, visit.reason = error.response.status_code, f"HTTP {error.response.status_code}"
    except (InvalidHandshake, OSError) as error:
        visit.reason = f"not opened: {type(error).__name__}"
    return visit


def _attend(socket: ClientConnection, visit: Visit) -> None:
    ends = time.monotonic() + ANSWER_WITHIN_S
    try:
        socket.send(json.dumps({"type": "ping"}))
        while not visit.ping_answered and (left := ends - time.monotonic()) > 0:
            _note(socket.recv(timeout=left), visit)
    except TimeoutError:
        return
    except ConnectionClosed as closed:
        frame = closed.rcvd
        visit.refused_with = frame.code if frame else 1006
        visit.reason = f"closed with {visit.refused_with} {frame.reason if frame else ''}".rstrip()


def _note(frame: str | bytes, visit: Visit) -> None:
    answer = read_frame(frame if isinstance(frame, str) else None)
    if isinstance(answer, PingAnswer):
        visit.ping_answered = True
    elif isinstance(answer, MalformedFrame | UnknownFrame):
        visit.unreadable += 1
    else:
        visit.kinds.add(str(json.loads(frame).get("type")))


def walk(address: str, token: str, found: Findings) -> None:
    """Note what each way of opening the socket gives, what is pushed, and how it refuses."""
    anonymous = listen(address, token, ANONYMOUS)
    visits = [anonymous]
    for name, way in (("header", HEADER), ("subprotocol", SUBPROTOCOL), ("query", QUERY)):
        visit = listen(address, token, way)
        visits.append(visit)
        if visit.stayed:
            found.has(f"socket.{name}", "no token is asked for" if anonymous.stayed else "")
        else:
            found.lacks(f"socket.{name}", visit.reason)
    if anonymous.stayed:
        found.has("socket.anonymous", "whoever reaches it gets everybody's events")
    else:
        found.lacks("socket.anonymous", anonymous.reason)
    best = max(visits, key=lambda visit: (visit.stayed, visit.ping_answered, len(visit.kinds)))
    if not best.stayed:
        return
    _note_refusal(address, found, opens_anyway=anonymous.stayed)
    if best.ping_answered:
        found.has("socket.ping")
    else:
        found.lacks("socket.ping", f"no frame within {ANSWER_WITHIN_S:.0f} s of one")
    kinds = set().union(*(visit.kinds for visit in visits))
    for kind, name in PUSHED.items():
        if kind in kinds:
            found.has(name, "among the events that were replayed")
        else:
            found.not_asked(name, "not among the events that were replayed; polled until it was seen")


def _note_refusal(address: str, found: Findings, *, opens_anyway: bool) -> None:
    """What a token that nobody signed gets, shown as the page would show it."""
    if opens_anyway:
        found.differs("socket.refusal", "it asks nobody who they are", usable=True)
        return
    way = SUBPROTOCOL if found.usable("socket.subprotocol") else HEADER if found.usable("socket.header") else QUERY
    refused = listen(address, NO_TOKEN, way)
    if refused.refused_with == TOKEN_REFUSED:
        found.has("socket.refusal", refused.reason)
    elif refused.stayed:
        found.differs("socket.refusal", "a token that nobody signed is taken", usable=True)
    else:
        found.differs("socket.refusal", f"{refused.reason}, where {TOKEN_REFUSED} was expected", usable=True)
