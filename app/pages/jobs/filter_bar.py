"""The bar above both lists at work: what is typed and chosen becomes a query, and the query an address (R34, R35).

Typing replaces the entry in the history, everything else adds one. The address is written once typing pauses, or as
soon as the box is left: each time costs as much as the search, and a browser refuses too many. What is typed as a field
becomes a chip with the return key; until then it stands in the box, and counts all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.core.query import (
    CHOICES,
    NOTHING,
    SPANS,
    Choice,
    Query,
    Span,
    combined,
    format_words,
    parse_sort,
    parse_span,
    read_query,
)
from app.core.query_match import Part, without_part
from app.pages.page_context import PageContext
from app.pages.route import JobListRoute, job_list_route
from app.ports import Action
from app.scheduling.deadline_timer import DeadlineTimer
from app.views.jobs.filter_bar import (
    NO_CHOICES,
    Choices,
    chips_markup,
    chips_of,
    filter_bar_values,
    menus_markup,
    search_markup,
)

PAUSE_S = 0.7
"""Who has not pressed a key for so long is not typing."""


class FilterBar:
    """The bar. ``asked`` is called with every new query."""

    def __init__(self, context: PageContext, route: JobListRoute, asked: Callable[[Query], None]) -> None:
        self._context = context
        self._asked = asked
        # The chips and the order; and what stands in the search box, which may say more.
        self._chips = NOTHING
        self._typed = ""
        # Parts of the address that mean nothing, until something else is asked.
        self._problems: tuple[str, ...] = ()
        self._clock = context.monitor.ports.clock
        # Whether what was typed is not in the address yet, and when it is to be.
        self._unwritten = False
        self._pause = DeadlineTimer(context.monitor.ports.timers, self._write)
        # Whether the address was changed by typing since the last tick.
        self._replaced = False
        # Whether the search box is being drawn anew.
        self._drawing = False
        # Unfolded, on a phone.
        self._opened = False
        self._choices = NO_CHOICES
        # What was last announced to a screen reader.
        self._said = ""
        surface = context.surface
        self._search = surface.region("filter-search")
        self._menus = surface.region("filter-menus")
        self._chip_row = surface.region("filter-chips")
        # What the chips and menus that are drawn show.
        self._drawn: tuple[Query, Choices] | None = None
        self._chips_drawn = ""
        self.query = NOTHING
        self._take(route)

    @property
    def choices(self) -> Choices:
        """What the menus offer."""
        return self._choices

    def follow(self, route: JobListRoute) -> None:
        """Show the query of another address, unless it is the one that is shown."""
        if route.query != self.query or route.problems != self._problems:
            self._take(route)
            self._asked(self.query)

    def offer(self, choices: Choices) -> None:
        """Offer other abilities, actions and executors."""
        if choices != self._choices:
            self._choices = choices
            self._show()

    def say(self, text: str) -> None:
        """Announce how much was found."""
        if text != self._said:
            self._said = text
            self._bind()

    def close(self) -> None:
        """Leave the address alone: by now it is that of another page."""
        self._pause.close()

    def tick(self) -> None:
        """See that the address is that of the query: a browser refuses too many changes of it."""
        if self._replaced and not self._unwritten and self._context.address.route != self._route:
            self._context.address.replace(self._route)
        self._replaced = False

    def act(self, action: Action) -> bool:
        """Do what the user did with the bar, or with a chip elsewhere; return whether it was anything of the sort."""
        data = action.data
        match action.name:
            case "filter-type":
                self._type(action.fields.get("q", ""))
            case "filter-commit":
                self._write()
                self._settle()
                self._search.focus("filter-q")
            case "filter-fold":
                self._opened = not self._opened
                self._bind()
            case "filter-add":
                self._add(*next(iter(action.fields.items()), ("", "")))
            case "filter-status":
                self._cycle("status", data.get("value", ""))
            case "filter-sort":
                sort = parse_sort(action.fields.get("sort", ""))
                self._choose(replace(self.query, sort=sort) if sort is not None else self.query)
                self._menus.focus("menu-sort")
            case "filter-flip" | "filter-drop":
                self._change_chip(data, drop=action.name == "filter-drop")
            case "filter-without":
                part = Part(data.get("field", ""), (data.get("value", ""),), data.get("excluded") == "true")
                self._choose(without_part(self.query, part))
                self._focus_bar()
            case "filter-clear":
                self._choose(Query(sort=self.query.sort))
                self._focus_bar()
            case _:
                return False
        return True

    @property
    def _route(self) -> str:
        return job_list_route(self.query)

    def _take(self, route: JobListRoute) -> None:
        self.query, self._problems = route.query, route.problems
        self._replaced = self._unwritten = False
        self._pause.set(None)
        self._split()
        self._show()

    def _split(self) -> None:
        """Put the words of the query into the box, and everything else into chips."""
        self._chips = self.query.with_words_of(NOTHING)
        text = format_words(self.query)
        if text != self._typed or not self._drawn:
            self._typed = text
            self._drawing = True
            self._search.show(search_markup(self._context.texts, text))
            self._drawing = False

    def _type(self, text: str) -> None:
        # A box that is taken out while somebody types in it says once more what was in it.
        if self._drawing:
            return
        # Whoever leaves the box says once more what is in it.
        if text == self._typed:
            self._write()
            return
        self._typed = text
        parsed = read_query(text)
        self._problems = ()
        query = combined(self._chips, parsed.query)
        if query != self.query:
            self.query = query
            self._unwritten = True
            self._pause.set(self._clock.monotonic() + PAUSE_S)
            self._asked(query)
        self._show()

    def _write(self) -> None:
        """Write the address of what was typed, if that is still to be done."""
        if self._unwritten:
            self._unwritten = False
            self._pause.set(None)
            self._replaced = True
            self._context.address.replace(self._route)

    def _settle(self) -> None:
        """Make chips of the fields in the box."""
        if read_query(self._typed).query.with_words_of(NOTHING) != NOTHING:
            self._split()
            self._show()

    def _choose(self, query: Query) -> None:
        """Ask a query that was not typed."""
        self._write()
        self._problems = ()
        changed, self.query = query != self.query, query
        self._split()
        self._show()
        if changed:
            self._replaced = False
            self._context.address.go(self._route)
            self._asked(query)

    def _add(self, name: str, value: str) -> None:
        if name == "what":
            field, _, rest = value.partition(":")
            self._cycle(field, rest)
        else:
            self._cycle(name, value)
        self._menus.focus(f"menu-{name}")

    def _cycle(self, name: str, value: str) -> None:
        """Want a value; if it is wanted, leave it out; if it is left out, say nothing of it."""
        query = self.query
        if name in SPANS and value:
            query = query.with_span(name, _next_span(query.span(name), value))
        elif name in CHOICES and value:
            choice = query.choice(name)
            if value in choice.excluded:
                choice = choice.without(value)
            else:
                choice = choice.with_value(value, excluded=value in choice.included)
            query = query.with_choice(name, choice)
        self._choose(query)

    def _change_chip(self, data: Mapping[str, str], *, drop: bool) -> None:
        name, value, excluded = data.get("field", ""), data.get("value", ""), data.get("excluded") == "true"
        query = self.query
        before = chips_of(query)
        if name in SPANS:
            span = query.span(name)
            seconds = parse_span(value)
            rest = Span(span.wanted, None) if excluded else Span(None, span.unwanted)
            turned = Span(seconds, None) if excluded else Span(None, seconds)
            query = query.with_span(name, rest if drop else turned)
        elif name in CHOICES:
            choice: Choice = query.choice(name)
            query = query.with_choice(
                name, choice.without(value) if drop else choice.with_value(value, excluded=not excluded)
            )
        self._choose(query)
        chips = chips_of(query)
        chip = (name, value, excluded if drop else not excluded)
        place = chips.index(chip) if chip in chips else before.index((name, value, excluded)) if drop else 0
        if chips:
            self._chip_row.focus(f"chip-{min(place, len(chips) - 1)}")
        else:
            self._focus_bar()

    def _focus_bar(self) -> None:
        """Give the keyboard to the first part of the bar that can be seen: what had it is gone."""
        self._context.surface.focus("filter-fold")
        self._menus.focus("menu-status")

    def _show(self) -> None:
        drawn = self.query.with_words_of(NOTHING), self._choices
        if drawn != self._drawn:
            self._drawn = drawn
            texts = self._context.texts
            self._menus.show(menus_markup(texts, *drawn))
            chips = chips_markup(texts, *drawn)
            # Drawn anew only if they differ: a chip that has the keyboard keeps it when a menu gets another entry.
            if chips != self._chips_drawn:
                self._chips_drawn = chips
                self._chip_row.show(chips)
        self._bind()

    def _bind(self) -> None:
        problems = self._problems or read_query(self._typed).problems
        self._context.surface.bind(
            filter_bar_values(self._context.texts, self.query, opened=self._opened, problems=problems, said=self._said)
        )


def _next_span(span: Span, value: str) -> Span:
    seconds = parse_span(value)
    if seconds is None:
        return span
    if seconds == span.wanted:
        return Span(None, seconds)
    return Span(None, None) if seconds == span.unwanted else Span(seconds, None)
