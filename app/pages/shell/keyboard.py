"""The keyboard at work: single keys, the palette and the sheet of keys (R53). Late.

What each command does is here, and nowhere else; the palette has an entry for all of them, for the views that the user
keeps, and for whatever can be pressed or filled in on the page in sight, so that no action is out of its reach. A
command that the page in sight has no use for does nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from app.api.abilities import read_offered
from app.api.errors import ApiError
from app.core.abilities import Ability
from app.core.job_ids import short_id
from app.core.palette import Entry, found, pasted_id
from app.core.shortcuts import Press, Shortcuts
from app.late_ports import Dialog
from app.monitor import Monitor
from app.pages.jobs.saved_views import views_key
from app.ports import Action, Address
from app.scheduling.background_tasks import BackgroundTasks
from app.views.markup import ability_address, compare_address, job_address, offered_address
from app.views.shell.palette import chord_text, keys_markup, palette_markup, palette_values
from app.views.texts import Texts
from app.wire.saved_views import UnreadableViews, read_views

SETTING = "podi.keys"
OFF = "off"


@dataclass(frozen=True, slots=True)
class Command:
    """Something the reader can do from everywhere: by its chord, if it has one, and from the palette.

    ``route`` is where it leads, ``action`` what of the header it activates. ``admin``: only admins have it. ``listed``:
    the palette offers it.
    """

    name: str
    chord: str = ""
    route: str = ""
    action: str = ""
    admin: bool = False
    listed: bool = True


COMMANDS = (
    Command("palette", "Control k", listed=False),
    Command("keys", "?"),
    Command("search", "/"),
    Command("next", "j", listed=False),
    Command("previous", "k", listed=False),
    Command("compare", "x", listed=False),
    Command("again", "r"),
    Command("bell", "b"),
    Command("tasks", "g t", route="/tasks"),
    Command("abilities", "g a", route="/abilities"),
    Command("points", "g p", route="/points"),
    Command("notifications", "g n", route="/notifications"),
    Command("reading", "g s", route="/reading"),
    Command("overview", "g o", route="/admin/overview", admin=True),
    Command("calls", "g c", route="/admin/calls", admin=True),
    Command("problems", "g f", route="/admin/problems", admin=True),
    Command("metrics", "g m", route="/admin/metrics", admin=True),
    Command("admin-abilities", "g l", route="/admin/abilities", admin=True),
    Command("refresh", "g r", action="refresh"),
    Command("theme", action="theme"),
    Command("language", action="language"),
    Command("sign-out", action="sign-out"),
)
# Where the page has what a command activates or gives the keyboard to.
SEARCH_FIELDS = "main input[type=search]"
AGAIN = "[data-podi=run-again]"
BELL = "main [data-podi=bell]"


class Keyboard:
    """The keys of one session in one language; ``act`` does what an element of the header would do."""

    def __init__(self, monitor: Monitor, texts: Texts, address: Address, act: Callable[[str], None]) -> None:
        self._monitor = monitor
        self._texts = texts
        self._address = address
        self._act = act
        self._store = monitor.ports.store
        admin = monitor.session.role == "admin"
        self._commands = {command.name: command for command in COMMANDS if admin or not command.admin}
        self._shortcuts = Shortcuts(
            {command.chord: command.name for command in self._commands.values() if command.chord}
        )
        self._shortcuts.single = self._store.get(SETTING) != OFF
        self._adapters = monitor.ports.late.adapters
        self._keyboard = self._adapters.keyboard(self._pressed)
        self._background = BackgroundTasks(monitor.ports.report)
        # The dialog that is open, and which of the two it is.
        self._dialog: Dialog | None = None
        self._showing = ""
        # What is typed in the palette, what it found, and which of it Enter takes.
        self._typed = ""
        self._found: list[Entry] = []
        self._chosen = 0
        # What the page in sight offered when the palette was opened.
        self._here: tuple[str, ...] = ()
        # What can be called, once it was read.
        self._abilities: tuple[Ability, ...] = ()
        # The job that is to be compared with the next one.
        self._compared: str | None = None

    def close(self) -> None:
        """Stop listening, and close what is open."""
        self._keyboard.close()
        self._background.close()
        self._close_dialog()

    def _pressed(self, press: Press) -> bool:
        # The browser would close the dialog too, but only later: the next key might still be for it.
        if self._dialog is not None and press.key == "Escape" and not press.composing:
            self._close_dialog()
            return True
        if self._showing == "palette" and self._steered(press):
            return True
        command = self._shortcuts.press(press, self._monitor.ports.clock.monotonic())
        if command is None or (self._dialog is not None and command != "palette"):
            return False
        self._run(command)
        return True

    def _steered(self, press: Press) -> bool:
        """Move in the palette, or take what is chosen; a key that an input method takes is none of it."""
        if press.composing or press.other or press.control:
            return False
        match press.key:
            case "ArrowDown" | "ArrowUp" if self._found:
                step = 1 if press.key == "ArrowDown" else -1
                self._chosen = (self._chosen + step) % len(self._found)
                self._show_found()
                if self._dialog is not None:
                    self._dialog.reveal(f"option-{self._chosen}")
            case "Enter":
                self._take(self._chosen)
            case _:
                return False
        return True

    def _run(self, name: str) -> None:
        command = self._commands[name]
        if command.route:
            self._address.go(command.route)
        elif command.action:
            self._act(command.action)
        elif name == "palette":
            self._toggle_palette()
        elif name == "keys":
            self._show_keys()
        elif name == "search":
            self._keyboard.focus(SEARCH_FIELDS)
        elif name in {"next", "previous"}:
            self._keyboard.step("ArrowDown" if name == "next" else "ArrowUp")
        elif name == "compare":
            self._compare()
        else:
            self._keyboard.click(AGAIN if name == "again" else BELL)

    def _compare(self) -> None:
        """Keep the job whose row has the keyboard, or compare the one that is kept with it."""
        job_id = self._keyboard.row()
        if job_id is None:
            return
        first, self._compared = self._compared, None
        if first is None or first == job_id:
            self._compared = job_id
        else:
            self._go(compare_address(first, job_id))

    # The sheet of keys

    def _show_keys(self) -> None:
        keys = [(command.chord, f"command.{command.name}") for command in self._commands.values() if command.chord]
        self._open("keys", self._texts.say("keys.title"), keys_markup(self._texts, keys))
        if self._dialog is not None:
            self._dialog.surface.bind({"single@checked": "" if self._shortcuts.single else None})

    # The palette

    def _toggle_palette(self) -> None:
        if self._dialog is not None:
            self._close_dialog()
            return
        self._typed = ""
        self._here = tuple(self._keyboard.actions())
        self._open("palette", self._texts.say("palette.title"), palette_markup(self._texts))
        self._find()
        if not self._abilities:
            self._background.spawn(self._read_abilities())

    async def _read_abilities(self) -> None:
        try:
            self._abilities = await read_offered(self._monitor.api)
        except ApiError:
            return
        self._find()

    def _find(self) -> None:
        self._found = found(self._entries(), self._typed)
        self._chosen = 0
        self._show_found()

    def _show_found(self) -> None:
        if self._dialog is not None and self._showing == "palette":
            self._dialog.surface.bind(palette_values(self._texts, self._found, self._chosen))

    def _entries(self) -> list[Entry]:
        texts = self._texts
        job_id = pasted_id(self._typed)
        pasted = []
        if job_id is not None:
            pasted = [
                Entry("open", texts.say("palette.open", id=job_id), job_address(job_id)),
                Entry("open", texts.say("palette.search", id=job_id), f"#/tasks?{urlencode({'q': short_id(job_id)})}"),
            ]
        commands = [
            Entry("run", texts.say(f"command.{command.name}"), command.name, chord_text(command.chord), command.name)
            for command in self._commands.values()
            if command.listed
        ]
        kind = texts.say("palette.ability")
        address = ability_address if self._monitor.session.role == "admin" else offered_address
        abilities = [
            Entry("open", ability.name, address(ability.id), kind, f"{ability.id} {ability.provider or ''}")
            for ability in self._abilities
        ]
        here = [Entry("press", name, name, texts.say("palette.here")) for name in self._here]
        return [*pasted, *commands, *here, *self._views(), *abilities]

    def _views(self) -> list[Entry]:
        """Return the lists that the user keeps; none if they are of another version."""
        hint = self._texts.say("palette.view")
        try:
            saved = read_views(self._store.get(views_key(self._monitor.session.user_id or "")))
        except UnreadableViews:
            return []
        return [Entry("open", view.name, f"/tasks?{view.address}", hint) for view in saved.views]

    def _take(self, number: int) -> None:
        if not 0 <= number < len(self._found):
            return
        entry = self._found[number]
        self._close_dialog()
        if entry.command == "open":
            self._go(entry.target)
        elif entry.command == "press":
            self._keyboard.activate(entry.target)
        else:
            self._run(entry.target)

    def _go(self, address: str) -> None:
        self._address.go(address.removeprefix("#"))

    # Dialogs

    def _open(self, name: str, label: str, markup: str) -> None:
        self._close_dialog()
        self._showing = name
        self._dialog = self._adapters.dialog(name, label, markup, self._dismissed)
        self._dialog.surface.on_action(self._acted)

    def _dismissed(self) -> None:
        self._dialog = None
        self._showing = ""

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.close()
            self._dismissed()

    def _acted(self, action: Action) -> None:
        match action.name:
            case "palette-typed":
                self._typed = action.fields.get("typed", "")
                self._find()
            case "palette-run":
                self._take(int(action.data.get("number", "-1")))
            case "keys-single":
                self._shortcuts.single = action.fields.get("single") == "true"
                if self._shortcuts.single:
                    self._store.remove(SETTING)
                else:
                    self._store.set(SETTING, OFF)
            case "keys-close":
                self._close_dialog()
