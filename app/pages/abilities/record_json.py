"""The JSON of a call's record as trees (R39), in the log's drawer and among all calls (R28, R49)."""

from collections.abc import Callable

from app.core.logs import LogRecord
from app.pages.json_view import JsonViews
from app.pages.page_context import PageContext
from app.ports import Action
from app.views.abilities.call_log import DISCLOSURES, SHOWN_AT_ONCE, log_json, opening_values

Place = tuple[str, str]
"""A part of the record and a node of it, as the address names them."""


class RecordJson:
    """The trees of the opened record; ``record`` returns it, once it is there.

    ``moved`` is called when the reader has chosen a node, so that the address can name it: ``place``.
    """

    def __init__(self, context: PageContext, record: Callable[[], LogRecord | None], moved: Callable[[], None]) -> None:
        self._context = context
        self._record = record
        self._moved = moved
        # The place that the address names.
        self.place: Place | None = None
        # The record whose request and response have been opened: only once, so that the user can close them.
        self._unfolded: int | None = None
        self._views = JsonViews(context, self._value, lambda part: context.texts.say(f"logs.{part[4:]}"), self._chosen)

    def act(self, action: Action) -> bool:
        """Handle an action; return false if it is not one of these trees."""
        return action.data.get("part") in DISCLOSURES and self._views.act(action)

    def leave(self, place: Place | None = None) -> None:
        """Note that another record is opened, or none; at ``place``, if the address names one."""
        self.place = place
        self._unfolded = None
        self._views.forget()

    def show(self) -> None:
        """Show the values of the record; of one that was just opened, request and response at once (R28)."""
        self._views.refresh()
        record = self._record()
        if record is None or record.id == self._unfolded:
            return
        self._unfolded = record.id
        for values in opening_values():
            self._context.surface.bind(values)
        for part in SHOWN_AT_ONCE:
            self._views.open(part, None)
        if self.place is not None and self.place[0] in DISCLOSURES:
            self._views.open(*self.place)

    def close(self) -> None:
        """Search no further."""
        self._views.close()

    def _value(self, part: str) -> object:
        record = self._record()
        return None if record is None else log_json(record, part)

    def _chosen(self, part: str, node: str) -> None:
        self.place = (part, node)
        self._moved()
