"""Formats without a browser: what the views need of ``Intl``, in plain Python."""

import json
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.views.texts import Texts

STATIC = Path(__file__).resolve().parents[1] / "static"
MESSAGES = STATIC / "messages"
LATE_MESSAGES = STATIC / "late" / "messages"


class PlainFormats:
    """Numbers, money and moments in one way for every language, in UTC unless another zone is chosen."""

    def __init__(self) -> None:
        self._zone: tzinfo = UTC

    def in_zone(self, zone: str) -> None:
        """Choose a time zone."""
        try:
            self._zone = ZoneInfo(zone) if zone else UTC
        except ZoneInfoNotFoundError:
            self._zone = UTC

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """Write a number with at most ``digits`` after the point."""
        # A whole number would be written as the nearest binary fraction.
        text = f"{Decimal(value) if isinstance(value, int) else value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def money(self, value: Decimal, currency: str | None, digits: int) -> str:
        """Write an amount with its code."""
        return f"{currency} {value:.{digits}f}" if currency else f"{value:.{digits}f}"

    def moment(self, epoch_s: float) -> str:
        """Write day and time."""
        return datetime.fromtimestamp(epoch_s, self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def time_of_day(self, epoch_s: float) -> str:
        """Write the time."""
        return datetime.fromtimestamp(epoch_s, self._zone).strftime("%H:%M:%S")

    def day(self, epoch_s: float) -> str:
        """Write the day."""
        return datetime.fromtimestamp(epoch_s, self._zone).strftime("%Y-%m-%d")

    def short(self, epoch_s: float, *, dated: bool) -> str:
        """Write the time without seconds, perhaps with the day."""
        return datetime.fromtimestamp(epoch_s, self._zone).strftime("%m-%d %H:%M" if dated else "%H:%M")

    def zone(self) -> str:
        """Name the time zone."""
        return "Coordinated Universal Time" if self._zone is UTC else str(self._zone)

    def relative(self, value: int, unit: str) -> str:
        """Write how far away something is."""
        return f"{-value} {unit}{'' if value == -1 else 's'} ago"


def plain_texts(language: str = "en") -> Texts:
    """Return what the page says, from the catalogues it ships, the late ones too."""
    texts = Texts(language, json.loads((MESSAGES / f"{language}.json").read_text("utf-8")), PlainFormats())
    for late in sorted(LATE_MESSAGES.glob(f"*.{language}.json")):
        texts.add(json.loads(late.read_text("utf-8")))
    return texts
