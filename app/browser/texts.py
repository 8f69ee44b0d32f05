"""The message catalogues, which are files of this site, and numbers and moments formatted by ``Intl``."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser import files
from app.core.display_locale import display_locale

_KEPT = 1024


class CatalogueMissing(Exception):
    """A message catalogue could not be loaded; the message names the file."""


def _options(**options: object) -> Any:
    return to_js(options, dict_converter=js.Object.fromEntries)


def _date(formatter: Any, epoch_s: float) -> str:
    try:
        return str(formatter.format(epoch_s * 1000))
    except JsException:
        return "—"


def page_language() -> str:
    """Return the language the page is shown in: ``zh`` or ``en``."""
    tag = str(js.document.documentElement.getAttribute("lang") or "")
    return "zh" if tag.startswith("zh") else "en"


async def load_sentences(language: str) -> dict[str, str | dict[str, str]]:
    """Return the catalogue of a language; raise ``CatalogueMissing`` if it cannot be read."""
    path = f"./static/messages/{language}.json"
    try:
        answer = await js.window.podi.ask(files.address(path))
        text = await answer.text()
        if not answer.ok:
            raise CatalogueMissing(f"{path}: HTTP {answer.status}")
        sentences: dict[str, str | dict[str, str]] = json.loads(text)
    except (JsException, ValueError) as error:
        raise CatalogueMissing(f"{path}: {error}") from None
    return sentences


class IntlFormats:
    """The formatters of one language, made once; their results are cached, because the same few values repeat.

    Of the locales of that language it is the reader's own (``core/display_locale``).
    """

    def __init__(self, language: str) -> None:
        self._locale = display_locale(language, [str(tag) for tag in js.navigator.languages])
        # In which time zone moments are written; empty for the device's own.
        self._zone = ""
        self._number: dict[int, Any] = {}
        self._money: dict[tuple[str, int], Any] = {}
        # Those of moments, by name.
        self._dates: dict[str, Any] = {}
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

    def in_zone(self, zone: str) -> None:
        """Write moments in a time zone from now on; in the device's own if it is empty or not known."""
        if zone == self._zone:
            return
        self._zone = zone
        self._dates.clear()
        try:
            self._formatter("day", dateStyle="medium")
        except JsException:
            self._zone = ""

    def moment(self, epoch_s: float) -> str:
        """Write day and time of a moment, in the reader's time zone."""
        return _date(self._formatter("moment", dateStyle="medium", timeStyle="medium"), epoch_s)

    def time_of_day(self, epoch_s: float) -> str:
        """Write the time of a moment, with seconds."""
        formatter = self._formatter("time", hour="2-digit", minute="2-digit", second="2-digit", hourCycle="h23")
        return _date(formatter, epoch_s)

    def day(self, epoch_s: float) -> str:
        """Write the day of a moment, in the reader's time zone."""
        return _date(self._formatter("day", dateStyle="medium"), epoch_s)

    def short(self, epoch_s: float, *, dated: bool) -> str:
        """Write the time of a moment without seconds, ``dated`` with day and month before it."""
        if dated:
            formatter = self._formatter("dated", month="short", day="numeric", hour="numeric", minute="2-digit")
        else:
            formatter = self._formatter("short", hour="numeric", minute="2-digit")
        return _date(formatter, epoch_s)

    def zone(self) -> str:
        """Return the name of the reader's time zone, in words; empty if the browser has none."""
        parts = self._formatter("zone", timeZoneName="longGeneric").formatToParts()
        return next((str(part.value) for part in parts if part.type == "timeZoneName"), "")

    def _formatter(self, name: str, **options: object) -> Any:
        """Return the formatter of a name, made when it is first asked for."""
        formatter = self._dates.get(name)
        if formatter is None:
            zone = {"timeZone": self._zone} if self._zone else {}
            formatter = js.Intl.DateTimeFormat.new(self._locale, _options(**options, **zone))
            self._dates[name] = formatter
        return formatter

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
