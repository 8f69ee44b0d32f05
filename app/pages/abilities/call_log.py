"""The call log at work, in its drawer: records, the opened one, cost, and the export (R28)."""

from collections.abc import Callable

from app.core.events import LogsChanged
from app.core.logs import LogRecord
from app.pages.abilities.log_export import LogExport
from app.pages.disclosures import Disclosures
from app.pages.page_context import PageContext
from app.ports import Action, Exports, Values
from app.views.abilities.call_log import (
    call_log_values,
    cost_text,
    log_json,
    log_row_markup,
    log_row_values,
    record_values,
)

ROW_PX = 48


class CallLog:
    """The call log of one ability; ``changed`` is called after every read of it."""

    def __init__(self, context: PageContext, ability_id: str, exports: Exports, changed: Callable[[], None]) -> None:
        self._context = context
        self._changed = changed
        self._logs = context.monitor.logs
        # Whether the drawer is open.
        self._is_open = False
        # The slot of the button that opened it, which gets the keyboard back.
        self._opener = "open-logs"
        # The id of the record that is shown below the list.
        self._opened: int | None = None
        # The highlighted record that has been scrolled to: only once, so that the user can scroll away.
        self._revealed: int | None = None
        markup = log_row_markup(context.texts)
        self._rows = context.surface.rows("logs", row_px=ROW_PX, markup=lambda _: markup, values=self._row_values)
        self._disclosures = Disclosures(context.surface, context.texts, self._json)
        self._export = LogExport(context, ability_id, exports)
        self._subscription = context.monitor.bus.subscribe(LogsChanged, lambda _: self._read())
        self._logs.watch(ability_id)
        self._show()

    @property
    def cost(self) -> str:
        """The cost of the loaded records."""
        return cost_text(self._context.texts, self._logs.costs)

    def open(self, log_id: int | None = None, opener: str = "open-logs") -> None:
        """Open the drawer, and a record if one is named; closed again, the keyboard returns to the slot ``opener``."""
        self._is_open = True
        self._opener = opener
        self._context.surface.focus(opener)
        if log_id is not None:
            self._opened = log_id
            self._revealed = None
            self._logs.fetch(log_id)
        self._show()

    def hide(self) -> None:
        """Close the drawer."""
        if self._is_open:
            self._is_open = False
            self._show()
            self._context.surface.focus(self._opener)

    def act(self, action: Action) -> bool:
        """Handle an action; return false if it is not one of the call log."""
        match action.name:
            case "toggle-log":
                key = int(action.data["key"])
                self._open_record(None if key == self._opened else key)
            case "close-log":
                self._open_record(None)
            case "older-logs":
                self._logs.fetch_older()
                self._show()
            case "refresh-logs":
                self._logs.fetch()
            case _:
                return self._export.act(action) or (self._opened is not None and self._disclosures.act(action))
        return True

    def close(self) -> None:
        """Stop watching the log."""
        self._subscription.close()
        self._export.close()
        self._logs.unwatch()

    def _open_record(self, log_id: int | None) -> None:
        self._opened = log_id
        self._disclosures.forget()
        self._show()

    def _read(self) -> None:
        self._show()
        self._changed()

    def _record(self) -> LogRecord | None:
        return None if self._opened is None else self._logs.records.get(self._opened)

    def _json(self, part: str) -> object:
        record = self._record()
        return None if record is None else log_json(record, part)

    def _row_values(self, key: str) -> Values:
        log_id = int(key)
        record = self._logs.records.get(log_id)
        if record is None:
            return {}
        highlighted = log_id == self._logs.highlight
        return log_row_values(self._context.texts, record, highlighted=highlighted, opened=log_id == self._opened)

    def _show(self) -> None:
        logs = self._logs
        self._rows.set_order([str(log_id) for log_id in logs.order])
        self._rows.touch()
        self._context.surface.bind(
            {
                **call_log_values(
                    self._context.texts,
                    opened=self._is_open,
                    shown=len(logs.records),
                    total=logs.total,
                    cost=self.cost,
                    failing=logs.failing is not None,
                    reading=logs.reading,
                ),
                **record_values(self._context.texts, self._record()),
            }
        )
        self._disclosures.refresh()
        self._reveal()

    def _reveal(self) -> None:
        """Scroll the highlighted record into view, once."""
        log_id = self._logs.highlight
        if log_id is not None and log_id != self._revealed and self._is_open and log_id in self._logs.records:
            self._revealed = log_id
            self._rows.reveal(str(log_id))
