"""The call log at work, in its drawer: records, the opened one, cost, and the export (R28)."""

from collections.abc import Callable

from app.core.events import LogsChanged, LogsSearched
from app.core.logs import LogRecord
from app.hooks.ability_logs import AbilityLogs
from app.pages.abilities.log_export import LogExport
from app.pages.abilities.record_json import Place, RecordJson
from app.pages.page_context import PageContext
from app.ports import Action, Values
from app.views.abilities.call_log import (
    HOLE,
    Loaded,
    call_log_values,
    cost_digits,
    cost_text,
    hole_markup,
    log_row_markup,
    log_row_values,
    record_values,
    row_keys,
    search_values,
)
from app.views.markup import ability_address, json_place
from app.views.texts import LEAST_MONEY_DIGITS

ROW_PX = 48


class CallLog:
    """The call log of one ability; ``changed`` is called after every read of it."""

    def __init__(self, context: PageContext, ability_id: str, changed: Callable[[], None]) -> None:
        self._context = context
        self._ability_id = ability_id
        self._changed = changed
        self._logs: AbilityLogs = context.monitor.logs
        # Whether the drawer is open.
        self._is_open = False
        # The slot of the button that opened it, which gets the keyboard back.
        self._opener = "open-logs"
        # The id of the record that is shown below the list.
        self._opened: int | None = None
        # How many digits after the point the cost column has.
        self._cost_digits = LEAST_MONEY_DIGITS
        # The highlighted record that has been scrolled to: only once, so that the user can scroll away.
        self._revealed: int | None = None
        row, hole = log_row_markup(context.texts), hole_markup(context.texts)
        self._rows = context.surface.rows(
            "logs",
            row_px=ROW_PX,
            markup=lambda key: hole if key.startswith(HOLE) else row,
            values=self._row_values,
        )
        self._json = RecordJson(context, self._record, self._write_address)
        self._export = LogExport(context, ability_id)
        self._subscriptions = (
            context.monitor.bus.subscribe(LogsChanged, lambda _: self._read()),
            context.monitor.bus.subscribe(LogsSearched, lambda _: self._show_search()),
        )
        self._logs.watch(ability_id)
        self._show()

    @property
    def exporting(self) -> bool:
        """Whether an export is under way."""
        return self._export.running

    @property
    def cost(self) -> str:
        """The cost of the loaded records, with how many of all they are."""
        logs = self._logs
        return cost_text(self._context.texts, logs.costs, shown=len(logs.records), total=logs.total)

    def open(self, log_id: int | None = None, opener: str = "open-logs", place: Place | None = None) -> None:
        """Open the drawer, and a record if one is named; closed again, the keyboard returns to the slot ``opener``.

        ``place`` names a part of the record's JSON and a node of it, to be shown.
        """
        self._is_open = True
        self._opener = opener
        self._context.surface.focus(opener)
        if log_id is not None:
            self._opened = log_id
            self._revealed = None
            self._json.leave(place)
            self._logs.find(log_id)
        self._write_address()
        self._show()

    def hide(self) -> None:
        """Close the drawer."""
        if self._is_open:
            self._is_open = False
            self._logs.stop_search()
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
            case "older-logs" if not self._logs.reading:
                self._logs.fetch_older()
                self._show()
            case "refresh-logs":
                self._logs.fetch()
            case _:
                return self._export.act(action) or self._json.act(action)
        return True

    def close(self) -> None:
        """Stop watching the log."""
        for subscription in self._subscriptions:
            subscription.close()
        self._export.close()
        self._json.close()
        self._logs.unwatch()

    def _open_record(self, log_id: int | None) -> None:
        self._opened = log_id
        self._json.leave()
        self._logs.stop_search()
        self._write_address()
        self._show()

    def _write_address(self) -> None:
        """Let the address name the opened record, so that it can be sent to somebody (R28), and a place in it (R39)."""
        address, place = ability_address(self._ability_id, self._opened), self._json.place
        self._context.address.replace((json_place(address, *place) if place else address).removeprefix("#"))

    def _read(self) -> None:
        self._show()
        self._changed()

    def _record(self) -> LogRecord | None:
        return None if self._opened is None else self._logs.records.get(self._opened)

    def _row_values(self, key: str) -> Values:
        record = None if key.startswith(HOLE) else self._logs.records.get(int(key))
        if record is None:
            return {}
        return log_row_values(
            self._context.texts,
            record,
            highlighted=record.id == self._logs.highlight,
            opened=record.id == self._opened,
            cost_digits=self._cost_digits,
        )

    def _show(self) -> None:
        logs = self._logs
        self._cost_digits = cost_digits(logs.records.values())
        self._rows.set_order(row_keys(logs.order, logs.holes))
        self._rows.touch()
        self._context.surface.bind(
            {
                **call_log_values(
                    self._context.texts,
                    Loaded(
                        shown=len(logs.records),
                        total=logs.total,
                        complete=logs.complete,
                        failing=logs.failing is not None,
                        reading=logs.reading,
                    ),
                    opened=self._is_open,
                    cost=self.cost,
                    cost_digits=self._cost_digits,
                ),
                **record_values(self._context.texts, self._record()),
            }
        )
        self._json.show()
        self._show_search()
        self._reveal()

    def _show_search(self) -> None:
        logs = self._logs
        self._context.surface.bind(
            search_values(
                self._context.texts,
                sought=logs.sought if logs.sought not in logs.records else None,
                missing=self._opened if logs.missing else None,
                searched=logs.searched,
                total=logs.total,
            )
        )

    def _reveal(self) -> None:
        """Scroll the highlighted record into view, once."""
        log_id = self._logs.highlight
        if log_id is not None and log_id != self._revealed and self._is_open and log_id in self._logs.records:
            self._revealed = log_id
            self._rows.reveal(str(log_id))
