"""The page on which the user chooses how to read (R54)."""

from collections.abc import Mapping
from dataclasses import replace

from app.contexts.display_preferences import keep_preferences, kept_preferences
from app.core.display_preferences import DisplayPreferences
from app.pages.page_context import PageContext
from app.pages.route import Route
from app.ports import Action
from app.views.shell.display_settings import display_settings_markup, display_settings_values


class DisplaySettingsPage:
    """The choices of whoever is signed in. Each holds at once, here and in the other pages of this browser."""

    def __init__(self, context: PageContext, route: Route) -> None:
        del route
        self._context = context
        monitor, texts = context.monitor, context.texts
        self._user = monitor.session.user_id or ""
        self._zones = tuple(monitor.ports.late.adapters.time_zones())
        context.title(texts.say("reading.page_title"))
        context.surface.show(display_settings_markup(texts, self._zones))
        self._listening = context.surface.on_action(self._act)
        self._show()

    def tick(self, now: float) -> None:
        """Show what time it is."""
        self._show_at(now)

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()

    @property
    def _preferences(self) -> DisplayPreferences:
        return kept_preferences(self._context.monitor.ports.store, self._user)

    def _act(self, action: Action) -> None:
        preferences = self._preferences
        match action.name:
            case "reading":
                self._keep(self._chosen(preferences, action.fields))
            case "reading-column":
                for name, shown in action.fields.items():
                    preferences = preferences.with_column(name, shown=shown == "true")
                self._keep(preferences)

    def _chosen(self, preferences: DisplayPreferences, fields: Mapping[str, str]) -> DisplayPreferences:
        zone = fields.get("zone", preferences.zone)
        return replace(
            preferences,
            zone=zone if zone in self._zones else "",
            relative=fields.get("times", "relative" if preferences.relative else "") == "relative",
            compact=fields.get("density", "compact" if preferences.compact else "") == "compact",
        )

    def _keep(self, preferences: DisplayPreferences) -> None:
        monitor = self._context.monitor
        keep_preferences(monitor.ports.store, monitor.bus, self._user, preferences)
        self._show()

    def _show(self) -> None:
        self._show_at(self._context.monitor.server_now)

    def _show_at(self, now: float) -> None:
        context = self._context
        context.surface.bind(display_settings_values(context.texts, self._preferences, self._zones, now))
