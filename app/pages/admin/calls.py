"""All calls at work (R49): the filter in the address, the rows, the opened record, ``resolve`` and the export."""

from dataclasses import replace
from urllib.parse import parse_qs

from app.api.errors import ApiError
from app.core.call_filter import CHOICES, SINCE_HOURS, CallFilter, call_query, choose, parse_call_filter
from app.core.logs import LogRecord, job_id_of, sum_costs
from app.core.records import Result
from app.hooks.calls import COUNTED_DEPTH
from app.pages.abilities.log_export import LogExport
from app.pages.abilities.record_json import Place, RecordJson
from app.pages.admin.all_calls import all_calls
from app.pages.admin.call_refusals import resolve_refusal
from app.pages.page_context import PageContext
from app.pages.route import CallsRoute
from app.ports import Action, Values
from app.scheduling.background_tasks import BackgroundTasks
from app.views.abilities.call_log import HOLE, cost_digits, hole_markup, row_keys
from app.views.admin.calls import (
    CallsState,
    call_record_values,
    call_row_markup,
    call_row_values,
    calls_markup,
    calls_values,
    chips_markup,
    results_markup,
    search_markup,
    select_markup,
)
from app.views.admin.navigation import calls_address
from app.views.jobs.results import broken_values
from app.views.markup import json_place
from app.views.texts import LEAST_MONEY_DIGITS
from app.wire.log_results import results_of

ROW_PX = 48
_NOTHING = Result()
_NO_OPTIONS: dict[str, dict[str, str]] = {name: {} for name in CHOICES}


class CallsPage:
    """The log over all abilities."""

    def __init__(self, context: PageContext, route: CallsRoute) -> None:
        self._context = context
        monitor, surface = context.monitor, context.surface
        # The id of the record that is shown below the list.
        self._opened: int | None = None
        # What the opened record shows of its results, so that pictures are not loaded anew by every read.
        self._results: Result | None = None
        # The record whose result is being fetched.
        self._resolving: int | None = None
        self._cost_digits = LEAST_MONEY_DIGITS
        # What each list of choices offers, and what it was drawn for.
        self._seen = {name: dict(options) for name, options in _NO_OPTIONS.items()}
        self._drawn: dict[str, str] = {}
        self._background = BackgroundTasks(monitor.ports.report)
        self._calls = all_calls(monitor, self._show)
        wanted = parse_call_filter(route.query)
        surface.show(calls_markup(context.texts, wanted))
        context.title(context.texts.say("calls.title"))
        row, hole = call_row_markup(context.texts), hole_markup(context.texts)
        self._rows = surface.rows(
            "calls",
            row_px=ROW_PX,
            markup=lambda key: hole if key.startswith(HOLE) else row,
            values=self._row_values,
        )
        self._json = RecordJson(context, self._record, self._place_chosen)
        self._export = LogExport(context, "", name="calls", wanted=self._exported)
        self._listening = surface.on_action(self._act)
        # Whether the search box is being drawn anew.
        self._drawing = False
        self._watch(wanted)
        self._name(_log_id(route.query), _place(route.query))
        self._show()

    def follow(self, route: CallsRoute) -> bool:
        """Show the filter and the record of another address; true, because this page can show any."""
        wanted, named, place = parse_call_filter(route.query), _log_id(route.query), _place(route.query)
        if wanted != self._calls.filter:
            self._draw_search(wanted)
            self._watch(wanted)
        if named != self._opened or place != self._json.place:
            self._close_record()
            self._name(named, place)
        self._show()
        return True

    @property
    def unsaved(self) -> bool:
        """Whether an export is under way, which would end with this page."""
        return self._export.running

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Stop reading, and cancel a running export."""
        self._listening.close()
        self._background.close()
        self._export.close()
        self._json.close()
        self._calls.close()

    def _act(self, action: Action) -> None:
        wanted = self._calls.filter
        match action.name:
            case "search" | "search-now":
                self._type(action.fields.get("q", wanted.words))
            case "choose":
                name = action.data.get("field", "")
                if name in CHOICES:
                    self._choose(choose(wanted, name, action.fields.get(name, "")))
            case "drop-filter":
                self._choose(_without(wanted, action.data.get("field", "")))
                # The button is gone with what it ended.
                self._context.surface.focus("calls")
            case "clear-filter":
                self._close_record()
                self._draw_search(CallFilter())
                self._choose(CallFilter())
                self._context.surface.focus("calls")
            case "toggle-call":
                key = int(action.data["key"])
                self._open(None if key == self._opened else key)
            case "close-call":
                self._open(None)
                # The button that was pressed is hidden now: the keyboard goes back to the list.
                self._context.surface.focus("calls")
            case "older-calls" | "older-logs" if not self._calls.log.reading:
                self._calls.log.fetch_older()
                self._show()
            case "refresh-calls" | "refresh-logs":
                self._calls.refresh()
                self._show()
            case "resolve":
                if self._opened is not None and self._resolving is None:
                    self._background.spawn(self._resolve(self._opened))
            case "media-failed":
                data = action.data
                values = broken_values(
                    self._context.texts, data.get("part", ""), data.get("reason", ""), data.get("url", "")
                )
                self._context.surface.region("record-results").bind(values)
            case _:
                if not self._export.act(action):
                    self._json.act(action)

    def _watch(self, wanted: CallFilter) -> None:
        """Look for these calls; those that a figure elsewhere counted are looked for as far down as it counted."""
        counted = wanted.cause or wanted.after is not None
        self._calls.depth = COUNTED_DEPTH if counted else 0
        self._calls.watch(wanted)

    def _type(self, words: str) -> None:
        """Look for other words: typing replaces the entry in the history, as everywhere (R35)."""
        # A box that is taken out while somebody types in it says once more what was in it.
        if words != self._calls.filter.words and not self._drawing:
            self._watch(replace(self._calls.filter, words=words))
            self._context.address.replace(self._address)
            self._show()

    def _choose(self, wanted: CallFilter) -> None:
        """Look for something else that was not typed: that adds an entry to the history."""
        if wanted != self._calls.filter:
            self._watch(wanted)
            self._context.address.go(self._address)
            self._show()

    def _draw_search(self, wanted: CallFilter) -> None:
        if wanted.words != self._calls.filter.words:
            self._drawing = True
            self._context.surface.region("search-box").show(search_markup(self._context.texts, wanted.words))
            self._drawing = False

    @property
    def _address(self) -> str:
        """The address that names the filter and the opened record, so that both can be sent to somebody."""
        query = call_query(self._calls.filter)
        if self._opened is not None:
            query = f"{query}&log={self._opened}" if query else f"log={self._opened}"
        address, place = calls_address(query), self._json.place
        return (json_place(address, *place) if place else address).removeprefix("#")

    def _place_chosen(self) -> None:
        """Let the address name the node of the JSON (R39)."""
        self._context.address.replace(self._address)

    def _open(self, log_id: int | None) -> None:
        self._close_record()
        self._opened = log_id
        self._context.address.replace(self._address)
        self._show()

    def _name(self, log_id: int | None, place: Place | None) -> None:
        """Open the record that an address names, and look for it wherever it stands."""
        self._opened = log_id
        self._json.leave(place)
        if log_id is not None:
            self._calls.log.find(log_id)

    def _close_record(self) -> None:
        self._opened = self._results = None
        self._json.leave()
        self._context.surface.bind({"resolve-note": ""})
        self._calls.log.stop_search()

    async def _resolve(self, log_id: int) -> None:
        texts = self._context.texts
        self._resolving = log_id
        self._show_record()
        try:
            await self._calls.resolve(log_id)
            note = texts.say("calls.resolved")
        except ApiError as error:
            note = resolve_refusal(texts, error)
        finally:
            self._resolving = None
        if self._opened == log_id:
            self._context.surface.bind({"resolve-note": note})
            self._show_record()

    def _exported(self) -> dict[str, object]:
        """Return which records an export is to hold: those of the filter, whoever can sort them out."""
        calls = self._calls
        wanted: dict[str, object] = {"asked": dict(calls.filter.asked)}
        hours = SINCE_HOURS.get(calls.filter.since)
        if hours is not None and replace(calls.filter, since="").server_alone:
            monitor = self._context.monitor
            wanted |= {"sinceHours": hours, "after": monitor.server_now - hours * 3600}
        elif not calls.filter.server_alone:
            # Words, causes and ranges by moments are searched for here alone: the export is of what is shown.
            wanted["ids"] = [record.id for record in calls.shown]
        return wanted

    def _record(self) -> LogRecord | None:
        return None if self._opened is None else self._calls.log.records.get(self._opened)

    def _row_values(self, key: str) -> Values:
        record = None if key.startswith(HOLE) else self._calls.log.records.get(int(key))
        if record is None:
            return {}
        return call_row_values(
            self._context.texts,
            record,
            results_of(record),
            highlighted=record.id == self._calls.log.highlight,
            opened=record.id == self._opened,
            cost_digits=self._cost_digits,
        )

    def _show(self) -> None:
        calls, log = self._calls, self._calls.log
        self._cost_digits = cost_digits(calls.shown)
        self._rows.set_order(row_keys([record.id for record in calls.shown], log.holes))
        self._rows.touch()
        state = CallsState(
            shown=len(calls.shown),
            loaded=len(log.records),
            total=log.total,
            exact=calls.exact,
            filtered=not calls.filter.empty,
            complete=log.complete,
            absent=calls.absent,
            failing=log.failing is not None,
            reading=log.reading,
        )
        self._context.surface.bind(calls_values(self._context.texts, state, sum_costs(calls.shown)))
        self._show_choices()
        self._show_record()

    def _show_choices(self) -> None:
        """Offer what occurs; a list is drawn again only if it offers something else, because it may be open."""
        for record in self._calls.log.records.values():
            for name, value, word in (
                ("ability", record.ability_id, record.ability_name),
                ("provider", record.provider, None),
                ("executor", record.executor_id, record.executor_name),
                ("source", record.source, None),
            ):
                if value and value not in self._seen[name]:
                    self._seen[name][value] = word or value
        wanted, surface = self._calls.filter, self._context.surface
        for name in CHOICES:
            markup = select_markup(self._context.texts, name, wanted, self._seen[name])
            if self._drawn.get(name) != markup:
                self._drawn[name] = markup
                surface.region(f"choose-{name}").show(markup)
        chips = chips_markup(self._context.texts, wanted)
        if self._drawn.get("chips") != chips:
            self._drawn["chips"] = chips
            surface.region("calls-chips").show(chips)

    def _show_record(self) -> None:
        record, surface, texts = self._record(), self._context.surface, self._context.texts
        found = results_of(record) if record is not None else _NOTHING
        job_id = None if record is None else job_id_of(record)
        own = job_id is not None and job_id in self._context.monitor.ability_tasks.tasks
        surface.bind(call_record_values(texts, record, found, resolving=self._resolving is not None, own=own))
        if record is not None and found != self._results:
            self._results = found
            surface.region("record-results").show(results_markup(texts, record, found))
        self._json.show()


def _without(wanted: CallFilter, name: str) -> CallFilter:
    match name:
        case "capability":
            return replace(wanted, capability="")
        case "cause":
            return replace(wanted, cause="")
        case _:
            return replace(wanted, after=None, before=None)


def _log_id(query: str) -> int | None:
    text = parse_qs(query).get("log", [""])[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _place(query: str) -> Place | None:
    """Return the place in the JSON of the record that an address names."""
    names = parse_qs(query, keep_blank_values=True)
    part = names.get("json", [""])[0]
    return (part, names.get("node", [""])[0]) if part else None
