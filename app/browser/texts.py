"""The message catalogues, which are files of this site, and numbers and moments formatted by ``Intl``."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser import early_fetch, files
from app.core.reading_locale import reading_locale

LANGUAGES = ("en", "zh")
_KEPT = 1024


class CatalogueMissing(Exception):
    """A message catalogue could not be loaded; the message names the file."""


def _options(**options: object) -> Any:
    return to_js(options, dict_converter=js.Object.fromEntries)


def page_language() -> str:
    """Return the language the page is shown in: ``zh`` or ``en``."""
    tag = str(js.document.documentElement.getAttribute("lang") or "")
    return "zh" if tag.startswith("zh") else "en"


async def load_sentences(language: str) -> dict[str, str | dict[str, str]]:
    """Return the catalogue of a language; raise ``CatalogueMissing`` if it cannot be read."""
    path = f"./static/messages/{language}.json"
    try:
        answer = await early_fetch.fetch(files.address(path))
        text = await answer.text()
        if not answer.ok:
            raise CatalogueMissing(f"{path}: HTTP {answer.status}")
        sentences: dict[str, str | dict[str, str]] = json.loads(text)
    except (JsException, ValueError) as error:
        raise CatalogueMissing(f"{path}: {error}") from None
    return sentences


class IntlFormats:
    """The formatters of one language, made once; their results are cached, because the same few values repeat.

    Of the locales of that language it is the reader's own (``core/reading_locale``).
    """

    def __init__(self, language: str) -> None:
        self._locale = reading_locale(language, [str(tag) for tag in js.navigator.languages])
        self._number: dict[int, Any] = {}
        self._money: dict[tuple[str, int], Any] = {}
        self._moment = js.Intl.DateTimeFormat.new(self._locale, _options(dateStyle="medium", timeStyle="medium"))
        self._time = js.Intl.DateTimeFormat.new(
            self._locale, _options(hour="2-digit", minute="2-digit", second="2-digit", hourCycle="h23")
        )
        self._day: Any = None
        # Without and with day and month.
        self._short: dict[bool, Any] = {}
        self._relative = js.Intl.RelativeTimeFormat.new(self._locale, _options(numeric="always"))
        self.money = lru_cache(_KEPT)(self._write_money)
        self.relative = lru_cache(_KEPT)(self._write_relative)

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """Write a number with at most ``digits`` after the point."""
        if isinstance(value, int) and -1000 < value < 1000:
            return str(value)
        formatter = self._number.get(digits)
        if formatter is None:
            formatter = self._number[digits] = js.Intl.NumberFormat.new(
                self._locale, _options(maximumFractionDigits=digits)
            )
        # As text an amount is exact, however long it is.
        return str(formatter.format(value if isinstance(value, float) else str(value)))

    def moment(self, epoch_s: float) -> str:
        """Write day and time of a moment, in the reader's time zone."""
        return self._date(self._moment, epoch_s)

    def time_of_day(self, epoch_s: float) -> str:
        """Write the time of a moment, with seconds."""
        return self._date(self._time, epoch_s)

    def day(self, epoch_s: float) -> str:
        """Write the day of a moment, in the reader's time zone."""
        if self._day is None:
            self._day = js.Intl.DateTimeFormat.new(self._locale, _options(dateStyle="medium"))
        return self._date(self._day, epoch_s)

    def short(self, epoch_s: float, *, dated: bool) -> str:
        """Write the time of a moment without seconds, ``dated`` with day and month before it."""
        formatter = self._short.get(dated)
        if formatter is None:
            day = {"month": "short", "day": "numeric"} if dated else {}
            options = _options(hour="numeric", minute="2-digit", **day)
            formatter = self._short[dated] = js.Intl.DateTimeFormat.new(self._locale, options)
        return self._date(formatter, epoch_s)

    def zone(self) -> str:
        """Return the name of the reader's time zone, in words; empty if the browser has none."""
        formatter = js.Intl.DateTimeFormat.new(self._locale, _options(timeZoneName="longGeneric"))
        parts = formatter.formatToParts()
        return next((str(part.value) for part in parts if part.type == "timeZoneName"), "")

    @staticmethod
    def _date(formatter: Any, epoch_s: float) -> str:
        try:
            return str(formatter.format(epoch_s * 1000))
        except JsException:
            return "—"

    def _write_relative(self, value: int, unit: str) -> str:
        return str(self._relative.format(value, unit))

    def _write_money(self, value: Decimal, currency: str | None, digits: int) -> str:
        code = currency or ""
        formatter = self._money.get((code, digits))
        if formatter is None:
            formatter = self._money[code, digits] = self._money_formatter(code, digits)
        # As text an amount is exact, however long it is.
        return str(formatter.format(str(value)))

    def _money_formatter(self, code: str, digits: int) -> Any:
        options: Mapping[str, object] = {"minimumFractionDigits": digits, "maximumFractionDigits": digits}
        if code:
            try:
                return js.Intl.NumberFormat.new(
                    self._locale,
                    _options(style="currency", currency=code, currencyDisplay="narrowSymbol", **options),
                )
            except JsException:
                pass
        return js.Intl.NumberFormat.new(self._locale, _options(**options))
