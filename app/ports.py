"""Everything that the app needs of the outside, as protocols.

``app.browser`` implements them with the browser; the tests with real second implementations. What only late pages
need is in ``app.late_ports``, for every page waits for what is here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.late_ports import LateAdapters


class Closable(Protocol):
    """Something that was opened and has one owner; closing it twice is as good as once."""

    def close(self) -> None:
        """Let go of whatever is held."""


class Clock(Protocol):
    """The time. Deadlines are in monotonic seconds; the wall clock is only for showing, for tokens and for jumps."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""

    def wall(self) -> float:
        """Return epoch seconds as the user's device has them."""


class Timers(Protocol):
    """One-shot timers."""

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Closable:
        """Call back once at ``deadline`` (monotonic seconds), or soon after; closing it before then prevents that.

        A deadline that has passed is due at once.
        """

    @property
    def pending(self) -> int:
        """How many timers are waiting."""


class TransportError(Exception):
    """No HTTP answer came: refused, reset, aborted or timed out."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer, whatever its status. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def ok(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300


class Http(Protocol):
    """HTTP requests to the API."""

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Response:
        """Return the answer; raise ``TransportError`` if none came within ``timeout_s``."""


class SocketListener(Protocol):
    """Called with what happens on a socket."""

    def opened(self) -> None:
        """The handshake is done."""

    def received(self, frames: list[str | None]) -> None:
        """Frames arrived, in order; ``None`` stands for a binary one."""

    def gathered(self, joined: bytes, lengths: Sequence[int]) -> None:
        """Several frames arrived, joined with commas, in UTF-8.

        ``lengths`` are theirs in bytes; a negative one stands for a binary frame, whose bytes were not joined.
        """

    def closed(self, code: int, reason: str) -> None:
        """The socket is closed; said once, and not after ``Socket.close``."""


class Socket(Protocol):
    """An open or opening socket."""

    def send(self, text: str) -> None:
        """Send a text frame; quietly nothing if the socket is not open."""

    def close(self) -> None:
        """Close without waiting, and let go of every listener."""


class Sockets(Protocol):
    """Opens sockets."""

    @property
    def supported(self) -> bool:
        """Whether this browser has sockets at all."""

    @property
    def alive(self) -> int:
        """How many sockets are not closed."""

    def open(self, path: str, protocols: tuple[str, ...], listener: SocketListener) -> Socket:
        """Begin to open a socket to the API; raise ``TransportError`` if it cannot even be constructed."""


class Page(Protocol):
    """The page as the browser shows it."""

    @property
    def hidden(self) -> bool:
        """Whether the user cannot see the page."""

    @property
    def online(self) -> bool:
        """The browser's belief about the network; true does not mean that the server can be reached."""

    def on_visibility(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` when the page becomes hidden and ``False`` when visible."""

    def on_network(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` on the browser's ``online`` and ``False`` on ``offline``."""

    def on_leaving(self, callback: Callable[[bool], None]) -> Closable:
        """Call back with ``True`` on ``pagehide`` and ``False`` when the page is shown again from the cache."""

    def on_new_version(self, callback: Callable[[], None]) -> Closable:
        """Call back, now or later, when a newer version of the page is on this device, whole."""

    def take_version(self) -> None:
        """Reload the page in its newer version."""


class Store(Protocol):
    """A small store that survives a reload and is shared between tabs; reading and writing never raise."""

    def get(self, key: str) -> str | None:
        """Return what was kept under a key."""

    def set(self, key: str, value: str) -> None:
        """Keep a value, or drop it quietly where the browser refuses."""

    def remove(self, key: str) -> None:
        """Forget a key."""

    def on_change(self, callback: Callable[[str, str | None], None]) -> Closable:
        """Call back with key and value when another tab changed one."""


class Hold(Closable, Protocol):
    """A lock that is held; closing it gives it back."""

    @property
    def exclusive(self) -> bool:
        """Whether no other tab can hold it too: not every browser has locks, and a tab may be stuck with one."""


class Lock(Protocol):
    """Mutual exclusion between the tabs of this page."""

    async def acquire(self) -> Hold:
        """Return once no other tab holds the lock, or it was waited for in vain."""


class Address(Protocol):
    """The page's address bar."""

    @property
    def base(self) -> str:
        """The page's absolute address, without what stands behind its path."""

    @property
    def route(self) -> str:
        """The part behind the ``#``."""

    def go(self, route: str) -> None:
        """Show another route, as a link would; those who listen to changes know of it when this returns."""

    def replace(self, route: str) -> None:
        """Change the address without a new entry in the history, unless the browser refuses for now."""

    def on_change(self, callback: Callable[[str], None]) -> Closable:
        """Call back with the route whenever it changes."""


class Late(Protocol):
    """The part of the page that comes after the first lists: modules, sentences and styles (docs/decisions/late.md)."""

    @property
    def loaded(self) -> bool:
        """Whether it has come; its modules may still have to be imported."""

    @property
    def adapters(self) -> "LateAdapters":
        """The adapters that come with it; they are there with any of its modules."""

    def has(self, module: str) -> bool:
        """Whether a module of it can be imported at once."""

    async def bring(self, module: str) -> None:
        """Return once the module can be imported at once; raise ``TransportError`` if it cannot be had now.

        What it imports is imported a module at a time, so that the page is never blocked for long.
        """

    def sentences(self, language: str) -> Mapping[str, str | Mapping[str, str]]:
        """Return its sentences in a language; none before it is there."""


class EventTarget(Protocol):
    """Where public events are dispatched for any script on the page."""

    def dispatch(self, name: str, details: Sequence[Mapping[str, object]]) -> None:
        """Dispatch a ``CustomEvent`` for each of the ``details``, JSON values all the way down, as plain objects."""


class Report(Protocol):
    """Where errors of our own go: the console, not the page, and never with a token."""

    def __call__(self, error: BaseException) -> None:
        """Take an error that harmed nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside that hooks and contexts may need: the browser, or a second implementation of it.

    ``random`` returns a number in [0, 1); ``warn`` is for developers: a misuse that did no harm.
    """

    http: Http
    sockets: Sockets
    clock: Clock
    timers: Timers
    page: Page
    store: Store
    lock: Lock
    notification_lock: Lock
    target: EventTarget
    late: Late
    random: Callable[[], float]
    report: Report
    warn: Callable[[str], None]


Values = Mapping[str, str | None]
"""What a bound piece of markup shows: ``slot`` names the text of ``[data-slot=slot]``, ``slot@name`` an attribute of it
(``None`` removes it; ``""`` sets an empty one), ``@name`` an attribute of the root. Values are text, never markup."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something the user did on an element with ``data-action``: its name, its ``data-*`` values, the form's fields."""

    name: str
    data: Mapping[str, str]
    fields: Mapping[str, str]


class RowList(Closable, Protocol):
    """A long list of which only the visible rows are in the document."""

    def set_order(self, keys: list[str]) -> None:
        """Show these rows in this order; what is under the pointer stays where it is."""

    def restart(self, keys: list[str]) -> None:
        """Show these rows from the first one on: something else is searched for."""

    def mark(self, words: Sequence[str]) -> None:
        """Mark these words wherever a row shows them, from the next order or touch on."""

    def count_outside(self, number: int) -> None:
        """Say how many rows came in that the list does not show."""

    @property
    def hovered(self) -> str | None:
        """The key of the row under the pointer."""

    @property
    def position(self) -> tuple[str, float] | None:
        """The first row in view, and by how many pixels it is scrolled out of view; ``None`` at the top."""

    def restore(self, position: tuple[str, float]) -> None:
        """Scroll to where ``position`` was, as soon as that row is in the list."""

    def touch(self, keys: set[str] | None = None) -> None:
        """Write what changed in these rows (all drawn ones for ``None``), if they are drawn."""

    def patch(self, values: Mapping[str, Values]) -> None:
        """Write some of what these rows show, by key, if they are drawn: cheaper than to compute all of it again."""

    def pass_time(self, values: Callable[[str], Values]) -> None:
        """Write what the time alone changes in a row: in those in view now, in others when they come into view."""

    def reveal(self, key: str) -> None:
        """Scroll until the row is in view."""

    @property
    def drawn(self) -> list[str]:
        """The keys of the rows that are in the document."""


class Surface(Closable, Protocol):
    """A region of the document that one view fills."""

    def show(self, markup: str) -> None:
        """Replace the content. ``markup`` comes from a view, which has escaped what it did not write itself."""

    def bind(self, values: Values) -> None:
        """Write values into the content, if they differ from the last ones."""

    def region(self, slot: str) -> "Surface":
        """Return the surface of ``[data-slot=slot]`` inside this one; it closes with its parent."""

    def rows(self, slot: str, *, row_px: int, markup: Callable[[str], str], values: Callable[[str], Values]) -> RowList:
        """Turn ``[data-slot=slot]`` into a list: ``markup`` draws a row by key, ``values`` says what it shows."""

    def on_action(self, callback: Callable[[Action], None]) -> Closable:
        """Call back for every click, submit or change on an element with ``data-action``; one listener for each."""

    def focus(self, slot: str) -> None:
        """Give the keyboard to ``[data-slot=slot]``."""

    def focus_top(self) -> None:
        """Give the keyboard to the region itself and show the page from its top."""


class Root(Protocol):
    """``<html>``: the attributes that style sheets, tests and embedders read, and the tab's title."""

    def write(self, name: str, value: str) -> None:
        """Set an attribute."""

    def title(self, text: str) -> None:
        """Set the title of the tab."""

    def icon(self, address: str | None) -> None:
        """Set the icon of the tab; ``None`` for the page's own."""


class Appearance(Protocol):
    """The reader's choices, kept in the browser."""

    @property
    def theme(self) -> str:
        """Return ``auto``, ``light`` or ``dark``."""

    def choose_theme(self, theme: str) -> None:
        """Switch to a theme."""

    def choose_language(self, language: str) -> None:
        """Switch to a language."""
