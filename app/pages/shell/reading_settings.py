"""The page on which the user chooses how to read (R54)."""

from collections.abc import Mapping
from dataclasses import replace

from app.contexts.reading import keep_reading, kept_reading
from app.core.reading import Reading
from app.pages.page_context import PageContext
from app.pages.route import Route
from app.ports import Action
from app.views.shell.reading import reading_markup, reading_values


class ReadingSettingsPage:
    """The choices of whoever is signed in. Each holds at once, here and in the other pages of this browser."""

    def __init__(self, context: PageContext, route: Route) -> None:
        del route
        self._context = context
        monitor, texts = context.monitor, context.texts
        self._user = monitor.session.user_id or ""
        self._zones = tuple(monitor.ports.late.adapters.time_zones())
        context.title(texts.say("reading.page_title"))
        context.surface.show(reading_markup(texts, self._zones))
        self._listening = context.surface.on_action(self._act)
        self._show()

    def tick(self, now: float) -> None:
        """Show what time it is."""
        self._show_at(now)

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()

    @property
    def _reading(self) -> Reading:
        return kept_reading(self._context.monitor.ports.store, self._user)

    def _act(self, action: Action) -> None:
        reading = self._reading
        match action.name:
            case "reading":
                self._keep(self._chosen(reading, action.fields))
            case "reading-column":
                for name, shown in action.fields.items():
                    reading = reading.with_column(name, shown=shown == "true")
                self._keep(reading)

    def _chosen(self, reading: Reading, fields: Mapping[str, str]) -> Reading:
        zone = fields.get("zone", reading.zone)
        return replace(
            reading,
            zone=zone if zone in self._zones else "",
            relative=fields.get("times", "relative" if reading.relative else "") == "relative",
            compact=fields.get("density", "compact" if reading.compact else "") == "compact",
        )

    def _keep(self, reading: Reading) -> None:
        monitor = self._context.monitor
        keep_reading(monitor.ports.store, monitor.bus, self._user, reading)
        self._show()

    def _show(self) -> None:
        self._show_at(self._context.monitor.server_now)

    def _show_at(self, now: float) -> None:
        context = self._context
        context.surface.bind(reading_values(context.texts, self._reading, self._zones, now))
