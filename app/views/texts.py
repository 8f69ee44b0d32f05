"""All text of the page: sentences from a catalogue, and numbers, money and moments in the reader's format.

A catalogue maps a key to a sentence with ``{name}`` places, or to ``{"one": …, "other": …}`` chosen by ``n``. Numbers
and moments are formatted through ``Formats``, which is ``Intl`` in the browser and plain Python in the tests.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from app.core.amounts import Amount, decimals
from app.core.status import Status
from app.views.markup import escape

Sentence = str | Mapping[str, str]

_PLACE = re.compile(r"\{(\w+)\}")
_MOMENTS_KEPT = 2048
_SENTENCES_KEPT = 4096
_JUST_NOW_S = 5.0
# All time zones begin their days at a multiple of it.
_QUARTER_S = 900.0
# Day and month alone can only be those of the last year.
_DAY_ALONE_S = 300 * 86400.0
LEAST_MONEY_DIGITS = 2
# As wide as a digit, and kept at the end of a line; no screen reader says it.
FIGURE_SPACE = "\u2007"
# As wide as the point.
POINT_SPACE = "\u2008"


class Formats(Protocol):
    """How numbers and moments are written in one language."""

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """Write a number with at most ``digits`` after the point."""

    def money(self, value: Decimal, currency: str | None, digits: int) -> str:
        """Write an amount with exactly ``digits`` after the point; ``currency`` is a code like CNY, or unknown."""

    def moment(self, epoch_s: float) -> str:
        """Write day and time of a moment, in the reader's time zone."""

    def time_of_day(self, epoch_s: float) -> str:
        """Write the time of a moment, with seconds."""

    def day(self, epoch_s: float) -> str:
        """Write the day of a moment, in the reader's time zone."""

    def in_zone(self, zone: str) -> None:
        """Write moments in a time zone from now on; in the device's own if it is empty or not known."""

    def short(self, epoch_s: float, *, dated: bool) -> str:
        """Write the time of a moment without seconds, ``dated`` with day and month before it."""

    def zone(self) -> str:
        """Return the name of the reader's time zone, in words; empty if it is not known."""

    def relative(self, value: int, unit: str) -> str:
        """Write how far away something is: ``-2, "minute"`` is two minutes ago."""


class Texts:
    """The texts of one language."""

    def __init__(self, language: str, sentences: Mapping[str, Sentence], formats: Formats) -> None:
        self.language = language
        self._sentences = sentences
        self._formats = formats
        # Filled sentences by key and values: of the few that come again and again, such as "3 of 9".
        self._filled: dict[tuple[object, ...], str] = {}
        self._statuses = {status: self.say(f"status.{status.value}") for status in Status}
        # Whether the reader wants to know how long ago something was, and not when.
        self.relative = False
        self.number = lru_cache(_MOMENTS_KEPT)(self._number)
        self.read_as("", relative=False)

    def read_as(self, zone: str, *, relative: bool) -> None:
        """Write moments in a time zone, if empty in the device's own; where there is a choice, as ages (R54)."""
        self._formats.in_zone(zone)
        self.relative = relative
        self.moment = lru_cache(_MOMENTS_KEPT)(self._moment)
        self.time_of_day = lru_cache(_MOMENTS_KEPT)(self._time_of_day)
        self.day = lru_cache(_MOMENTS_KEPT)(self._day)
        self._short = lru_cache(_MOMENTS_KEPT)(self._write_short)

    def add(self, sentences: Mapping[str, Sentence]) -> None:
        """Add the sentences of a catalogue that came later."""
        self._sentences = {**self._sentences, **sentences}

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def say(self, key: str, **values: str | float | Decimal) -> str:
        """Return the sentence of ``key`` with ``values`` in its places; numbers are in the reader's format.

        A key that is not in the catalogue is returned as it is, so that no page breaks; a test finds such keys.
        """
        sentence = self._sentences.get(key, key)
        if not isinstance(sentence, str):
            sentence = sentence.get("one" if values.get("n") == 1 else "other") or sentence["other"]
        if not values:
            return sentence
        call = (key, *values.items())
        known = self._filled.get(call)
        if known is not None:
            return known

        def place(match: re.Match[str]) -> str:
            value = values.get(match[1])
            if value is None:
                return match[0]
            if isinstance(value, str):
                return value
            return self.amount(value) if isinstance(value, int | Decimal) else self.number(value, 1)

        text = _PLACE.sub(place, sentence)
        # Counts and percentages repeat; names and reasons do not, and would only fill the memory.
        if all(isinstance(value, int) for value in values.values()) and len(self._filled) < _SENTENCES_KEPT:
            self._filled[call] = text
        return text

    def escaped(self, key: str, **values: str | float | Decimal) -> str:
        """Return the same sentence as markup, also safe in an attribute."""
        return escape(self.say(key, **values))

    def status(self, status: Status, word: str = "") -> str:
        """Return the name of a status; a word of the wire that is not in the contract is shown as it came."""
        own = status is Status.UNKNOWN and word.lower() not in {"", "unknown"}
        return word if own else self._statuses[status]

    def percent(self, value: int) -> str:
        """Write a percentage."""
        return self.say("format.percent", n=value)

    def amount(self, value: Amount) -> str:
        """Write an amount of points, exactly."""
        return self.number(value, decimals(value))

    def money(self, value: Decimal, currency: str | None) -> str:
        """Write an amount of money, exactly, with two digits after the point at least."""
        return self._formats.money(value, currency, money_digits(value))

    def money_in_column(self, value: Decimal, currency: str | None, digits: int) -> str:
        """Write an amount of money so that its point is above that of others with up to ``digits`` after it."""
        return self.money(value, currency) + padding(money_digits(value), digits)

    def amount_in_column(self, value: Amount, digits: int) -> str:
        """Write an amount of points in the same way."""
        return self.amount(value) + padding(decimals(value), digits)

    def duration(self, seconds: float) -> str:
        """Write how long something took: ``1.2 s``, ``42 s``, ``3 min 5 s``, ``2 h 4 min``."""
        seconds = max(0.0, seconds)
        if seconds < 9.95:
            return self.say("format.seconds", n=self.number(round(seconds, 1), 1))
        whole = round(seconds)
        if whole < 60:
            return self.say("format.seconds", n=self.number(whole))
        if whole < 3600:
            return self.say("format.minutes", n=self.number(whole // 60), s=self.number(whole % 60))
        return self.say("format.hours", n=self.number(whole // 3600), m=self.number(whole % 3600 // 60))

    def age(self, seconds: float) -> str:
        """Write how long ago something was, roughly."""
        if seconds < _JUST_NOW_S:
            return self.say("format.just_now")
        for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
            if seconds >= size:
                return self._formats.relative(-int(seconds // size), unit)
        return self._formats.relative(-int(seconds // 5 * 5), "second")

    def when(self, epoch_s: float, now: float) -> str:
        """Write when something was, as short as it is still clear at ``now``; or how long ago, for who prefers that."""
        ago = now - epoch_s
        if self.relative:
            return self.age(max(0.0, ago))
        if ago >= _DAY_ALONE_S:
            return self.day(epoch_s)
        return self._short(epoch_s // 60 * 60, self.day_of(epoch_s) != self.day_of(now))

    def day_of(self, epoch_s: float) -> str:
        """Write the day of a moment; formatted once for all moments of a quarter of an hour."""
        return self.day(epoch_s // _QUARTER_S * _QUARTER_S)

    @property
    def zone(self) -> str:
        """The sentence that names the time zone of all moments (R54); empty if it is not known."""
        name = self._formats.zone()
        return self.say("format.zone", zone=name) if name else ""

    def _moment(self, epoch_s: float) -> str:
        return self._formats.moment(epoch_s)

    def _time_of_day(self, epoch_s: float) -> str:
        return self._formats.time_of_day(epoch_s)

    def _day(self, epoch_s: float) -> str:
        return self._formats.day(epoch_s)

    def _write_short(self, epoch_s: float, dated: bool) -> str:
        return self._formats.short(epoch_s, dated=dated)

    def _number(self, value: float | Decimal, digits: int = 0) -> str:
        return self._formats.number(value, digits)


def money_digits(value: Decimal) -> int:
    """Return how many digits after the point an amount of money is written with: all it has, and two at least."""
    return max(LEAST_MONEY_DIGITS, decimals(value))


def padding(own: int, digits: int) -> str:
    """Return what stands in place of the point and the digits that others of a column have after a number."""
    return FIGURE_SPACE * (digits - own) + (POINT_SPACE if own == 0 and digits > 0 else "")


def column_digits(amounts: Iterable[Amount | None]) -> int:
    """Return how many digits after the point a column of amounts of points needs."""
    return max((decimals(amount) for amount in amounts if amount is not None), default=0)


def clock(seconds: float) -> str:
    """Write a running time as a clock does, the same in every language: ``0:07``, ``12:05``, ``1:02:33``."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
