"""What late pages need of the outside, as protocols: ``ports.Late.adapters`` are these (docs/decisions/late.md)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core.shortcuts import Press
from app.ports import Clock, Closable, Surface, Timers


@dataclass(frozen=True, slots=True)
class PickedPicture:
    """A picture from the reader's device: its name, size in bytes, MIME type, data, and an address to show it by."""

    name: str
    size: int
    kind: str
    base64: str
    preview: str


class PictureFiles(Protocol):
    """Pictures that are chosen, dropped or pasted into the fields of a form (``data-picture`` names the field)."""

    def listen(
        self, picked: Callable[[str, PickedPicture], None], refused: Callable[[str, str, str], None], *, most_bytes: int
    ) -> Closable:
        """Call back with the field and the picture.

        ``refused`` gets the field, the file's name, and why it cannot be taken: ``large``, ``no-picture``,
        ``unreadable`` or ``several``.
        """


@dataclass(frozen=True, slots=True)
class ViewedPicture:
    """One picture of the viewer; ``group`` names what it belongs to, ``before`` is the picture it was made of."""

    url: str
    label: str
    group: str = ""
    before: str | None = None


class Viewer(Closable, Protocol):
    """The dialog in which pictures are looked at closely; closing it leaves nothing behind."""

    def show(self, markup: str, pictures: Sequence[ViewedPicture], first: int, *, compared: bool = False) -> None:
        """Open the dialog of this markup on one of the pictures; ``compared``: over the one it was made of."""


@dataclass(frozen=True, slots=True)
class ZippedFile:
    """A file that is to be in a zip: its name there, and where it is."""

    name: str
    address: str


class Keyboard(Closable, Protocol):
    """The keyboard of the whole page, and what it can be sent to."""

    def row(self) -> str | None:
        """Return the key of the row that has the keyboard."""

    def step(self, key: str) -> None:
        """Move the keyboard within the list that has it, or else into the first, as this arrow key does."""

    def focus(self, selector: str) -> bool:
        """Give the keyboard to the first such element; return whether there is one."""

    def click(self, selector: str) -> bool:
        """Activate the first such element, as a click does; return whether there is one."""

    def actions(self) -> Sequence[str]:
        """Return the names of the buttons and fields of the page in sight, without those of rows, each once."""

    def activate(self, name: str) -> bool:
        """Press the first button of this name, or give the keyboard to the field; return whether there is one."""


class Dialog(Closable, Protocol):
    """A modal dialog that is open."""

    @property
    def surface(self) -> Surface:
        """What is in it."""

    def reveal(self, slot: str) -> None:
        """Scroll as far as it takes to see ``[data-slot=slot]``."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """What is remembered of one job: ``at`` (epoch seconds) is its place among the others, ``text`` is what it says."""

    job_id: str
    at: float
    text: str


class MemoryRefused(Exception):
    """The browser remembers nothing now: it has no database, refuses it, or has no room left. The message says which.

    Whoever asked goes on as if nothing were remembered.
    """


class RememberedJobs(Protocol):
    """What this browser remembers of ended jobs, shared by all its pages (R48).

    ``kind`` is ``task`` or ``ability-task``. Every method raises ``MemoryRefused``.
    """

    async def put(self, user: str, kind: str, rows: Sequence[KeptRow], forgotten: Sequence[str], *, most: int) -> None:
        """Remember rows in place of earlier ones of the same jobs, and forget others.

        Of more than ``most`` the newest are kept.
        """

    async def read(self, user: str, kind: str, *, after: KeptRow | None, most: int) -> Sequence[KeptRow]:
        """Return the next ``most`` rows after this one, the oldest first."""

    async def count(self, user: str, kind: str) -> int:
        """Return how many jobs are remembered."""

    async def find(self, user: str, kind: str, job_id: str) -> KeptRow | None:
        """Return what is remembered of a job."""

    async def clear(self) -> None:
        """Forget everything, of every user."""


class Channel(Closable, Protocol):
    """Messages between the pages of this browser; whatever any of them says comes here, and not what this one does."""

    def post(self, head: str, body: str | bytes | None = None) -> None:
        """Send a message to all other pages; nothing once the channel is closed."""


class Notifications(Protocol):
    """The system's notifications."""

    @property
    def permission(self) -> str:
        """``granted``, ``denied``, ``default`` while nobody was asked, or ``unsupported``."""

    def ask(self, done: Callable[[str], None]) -> None:
        """Ask the user, then call back with the permission; only while the user acts on the page may it be asked."""

    def show(self, tag: str, title: str, body: str, *, silent: bool, clicked: Callable[[], None]) -> None:
        """Show a notification, in place of one with the same tag; a click brings the page to the front.

        Nothing happens without permission.
        """

    def remove(self, tag: str) -> None:
        """Take a notification away."""

    def close(self) -> None:
        """Listen to clicks no more; what is shown stays until the user has seen it."""


class Export(Closable, Protocol):
    """An export that runs in a worker."""

    def start(self, base: str, ability_id: str, token: str, form: str, wanted: str = "") -> None:
        """Start; without an ability the log of all, ``wanted`` (JSON) says which records of it."""

    def bring_token(self, token: str) -> None:
        """Continue with another token."""


class Clipboard(Protocol):
    """The system's clipboard."""

    def write(self, text: str, done: Callable[[bool], None]) -> None:
        """Copy a text, then call back with whether it was copied; only while the user acts on the page may it be."""


class LateAdapters(Protocol):
    """The browser behind the ports that only late pages use; to be asked for once ``Late`` is loaded."""

    def clipboard(self) -> Clipboard:
        """Return the system's clipboard."""

    def notifications(self) -> Notifications:
        """Return the system's notifications: always the same."""

    def picture_files(self) -> PictureFiles:
        """Return the way to pictures on the reader's device."""

    def viewer(self) -> Viewer:
        """Return a viewer, closed."""

    def keyboard(self, pressed: Callable[[Press], bool]) -> Keyboard:
        """Listen to the keyboard of the whole page; ``pressed`` returns whether a key was one of the page's."""

    def export(
        self,
        file_name: str,
        *,
        progress: Callable[[int, int], None],
        waiting: Callable[[int, float], None],
        done: Callable[[int], None],
        failed: Callable[[str, int], None],
        token_refused: Callable[[], None],
    ) -> Export:
        """Return an export that will be saved under ``file_name``.

        ``progress`` gets how many records were read of how many, ``waiting`` for what and for how many seconds,
        ``done`` how many were saved, ``failed`` why, and how many were saved nevertheless, in a file that is named as
        incomplete; ``token_refused`` asks for another token.
        """

    def zip(
        self,
        file_name: str,
        files: Sequence[ZippedFile],
        *,
        progress: Callable[[int, int], None],
        failed: Callable[[str, str], None],
        done: Callable[[int], None],
    ) -> Closable:
        """Bring the files and save them as one; closing it before it is ``done`` cancels.

        ``progress`` gets how many were brought of how many, ``failed`` the name of one that could not be and why,
        ``done`` how many are in the zip.
        """

    def time_zones(self) -> Sequence[str]:
        """Return the names of the time zones that moments can be written in."""

    def dialog(self, name: str, label: str, markup: str, closed: Callable[[], None]) -> Dialog:
        """Open a modal dialog; ``closed`` is called when the reader closes it."""

    def remembered_jobs(self, clock: Clock, timers: Timers) -> RememberedJobs:
        """Return what this browser remembers of ended jobs."""

    def channel(self, name: str, received: Callable[[str, Callable[[], str | bytes | None]], None]) -> Channel:
        """Open the channel of this name that pages of the same version have; raise ``TransportError`` if it is refused.

        ``received`` gets the head of each message and what returns its body, for as long as it runs.
        """

    def claim(
        self,
        name: str,
        *,
        steal: bool,
        held: Callable[[], None],
        lost: Callable[[], None],
        refused: Callable[[str], None],
    ) -> Closable:
        """Queue for the lock of this name among pages of the same version, or ``steal`` it from whoever has it.

        One of the last three is called, later: once it is ``held``, and should that be ``lost``; or with why it was
        ``refused``. Closing gives the lock back. Raises ``TransportError`` where there are no locks.
        """
