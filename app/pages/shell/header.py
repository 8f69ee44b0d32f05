"""The header at work: navigation, connection, points and the reader's choices (R24, R32)."""

from collections.abc import Callable

from app.core.events import PointsChanged, TransportChanged
from app.core.points import Points
from app.monitor import Monitor
from app.pages.route import (
    AbilityListRoute,
    AbilityRoute,
    AdminRoute,
    NotificationsRoute,
    OfferedListRoute,
    OfferedRoute,
    PointsRoute,
    ReadingRoute,
    Route,
)
from app.ports import Action, Appearance, Surface, Values
from app.views.shell.header import (
    connection_values,
    header_markup,
    header_values,
    points_values,
    refusal_text,
    update_markup,
)
from app.views.texts import Texts

# The values that start the animation of the balance.
MOVEMENT = frozenset({"points@data-move", "points@data-turn", "delta"})


class Header:
    """The header of one session in one language; the application makes another for the next."""

    def __init__(
        self,
        monitor: Monitor,
        texts: Texts,
        surface: Surface,
        appearance: Appearance,
        choose_language: Callable[[str], None],
    ) -> None:
        self._monitor = monitor
        self._texts = texts
        self._surface = surface
        self._appearance = appearance
        self._choose_language = choose_language
        # How often the balance has moved: two moves in the same direction are two animations.
        self._moves = 0
        # Which entry of the navigation is marked.
        self._route = ""
        surface.show(header_markup(texts, signed_in=self.signed_in, admin=monitor.session.role == "admin"))
        self._listening = surface.on_action(self._act)
        self._update = surface.region("update")
        self._subscriptions = (
            monitor.ports.page.on_new_version(lambda: self._update.show(update_markup(texts))),
            monitor.bus.subscribe(TransportChanged, lambda _: self._show_connection()),
            monitor.bus.subscribe(PointsChanged, self._points_changed),
        )
        self._show_choices()
        self._show_connection()
        self._show_points(monitor.points.points)

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self._monitor.session.user_id is not None

    def show_route(self, route: Route | None) -> None:
        """Mark the entry of the navigation to which the page belongs."""
        if isinstance(route, AbilityListRoute | AbilityRoute | OfferedListRoute | OfferedRoute):
            self._route = "abilities"
        elif isinstance(route, PointsRoute):
            self._route = "points"
        elif isinstance(route, NotificationsRoute | ReadingRoute):
            self._route = "notifications" if isinstance(route, NotificationsRoute) else "reading"
        else:
            self._route = "admin" if isinstance(route, AdminRoute) else "tasks"
        self._show_choices()

    def tick(self) -> None:
        """Update the age of the data."""
        self._show_connection()

    def close(self) -> None:
        """Stop listening; the next header draws over the surface."""
        self._listening.close()
        for subscription in self._subscriptions:
            subscription.close()

    def act(self, name: str) -> None:
        """Do what the element with this action would do."""
        values = self._choices()
        data = {"themeNext": values["theme@data-theme-next"] or "", "language": values["language@data-language"] or ""}
        self._act(Action(name, data, {}))

    def _act(self, action: Action) -> None:
        match action.name:
            case "refresh":
                self._monitor.refresh()
            case "sign-out":
                self._monitor.session.sign_out()
            case "theme":
                self._appearance.choose_theme(action.data.get("themeNext", "auto"))
                self._show_choices()
            case "language":
                self._choose_language(action.data.get("language", "en"))
            case "take-version":
                self._monitor.ports.page.take_version()
            case "dismiss-version":
                self._update.show("")

    def _show_choices(self) -> None:
        self._surface.bind(self._choices())

    def _choices(self) -> Values:
        user = self._monitor.session.name or ""
        return header_values(self._texts, route=self._route, user=user, theme=self._appearance.theme)

    def _show_connection(self) -> None:
        refusal = self._monitor.push.refusal
        text = refusal_text(self._texts, *refusal) if refusal else None
        if chosen := self._monitor.push.chosen:
            text = " ".join(self._texts.say(f"connection.push.{part}") for part in ("meaning", chosen))
        monitor, shared = self._monitor, self._monitor.sharing.shared
        windows = shared.windows if shared else 1
        values = connection_values(self._texts, monitor.transport, monitor.age_s, text, windows)
        self._surface.bind(values)

    def _points_changed(self, event: PointsChanged) -> None:
        """Show the points. A read that only confirms the balance must not cut short the animation that is running."""
        if event.before is not None and event.before.total == event.points.total:
            values = points_values(self._texts, event.points)
            self._surface.bind({name: value for name, value in values.items() if name not in MOVEMENT})
        else:
            self._moves += 1
            self._show_points(event.points, event.before, animate=event.animate)

    def _show_points(self, points: Points | None, before: Points | None = None, *, animate: bool = False) -> None:
        self._surface.bind(points_values(self._texts, points, before=before, animate=animate, turn=self._moves))
