"""What makes a page that is left open all day worth looking at again; late, for nobody misses it at first.

It holds the strips between header and page, and notifies of ends.
"""

from app.contexts.notifications import NotificationContext
from app.contexts.session_store import REMEMBERED_KEY
from app.core.amounts import Amount
from app.core.frozen_points import FrozenPoints
from app.hooks.fact_sources import FactSources
from app.hooks.remembered_jobs import Remembering
from app.monitor import Monitor
from app.pages.shell.alarms import Alarms
from app.pages.shell.away import AwayStrip
from app.pages.shell.bulk_strip import BulkStrip
from app.pages.shell.notifier import Notifier, Tab
from app.ports import Action, Address, Surface
from app.views.shell.strips import frozen_markup, strips_markup
from app.views.texts import Texts


class AllDay:
    """All this for one signed-in user."""

    def __init__(self, monitor: Monitor, texts: Texts, surface: Surface, tab: Tab, address: Address) -> None:
        self._monitor = monitor
        self._texts = texts
        surface.show(strips_markup())
        self._surface = surface
        self._frozen_strip = surface.region("stuck")
        self._frozen = FrozenPoints()
        # How many stuck points the strip shows, and whether it was dismissed.
        self._stuck_shown: tuple[Amount, bool] = (0, False)
        self._away = AwayStrip(monitor, texts, surface.region("away"))
        self._bulk = BulkStrip(monitor, texts, surface.region("bulk"), surface.region("bulk-said"))
        self._notifications = NotificationContext(monitor.ports, monitor.bus, monitor.session.user_id or "")
        self._notifier = Notifier(monitor, texts, self._notifications, tab, address)
        self._alarms = Alarms(monitor, texts, self._notifications, surface.region("alarms"), address)
        self._sources = monitor.fact_sources = FactSources(
            monitor.ports.clock, monitor.bus, monitor.summary.tasks, monitor.ability_tasks.tasks
        )
        user, store = monitor.session.user_id or "", monitor.ports.store
        own = store.get(REMEMBERED_KEY) == user
        store.set(REMEMBERED_KEY, user)
        self._remembering = Remembering(
            monitor.ports,
            monitor.bus,
            user,
            monitor.summary.tasks,
            monitor.ability_tasks.tasks,
            lambda: monitor.server_now,
            own=own,
        )
        monitor.late_diagnostics["memory"] = lambda: self._remembering.problem or "kept"
        self._listening = surface.on_action(self._act)

    def tick(self) -> None:
        """Note that a second has passed in which the page was in sight."""
        monitor = self._monitor
        points, now = monitor.points.points, monitor.ports.clock.monotonic()
        active = monitor.summary.tasks.active_count + monitor.ability_tasks.tasks.active_count
        self._frozen.observe(points.frozen if points else 0, active, now, monitor.points.fresh_at)
        self._show_frozen()
        self._away.tick()
        self._bulk.tick()

    def set_language(self, texts: Texts) -> None:
        """Say everything in another language."""
        self._texts = texts
        self._away.set_language(texts)
        self._bulk.set_language(texts)
        self._notifier.set_language(texts)
        self._alarms.set_language(texts)
        self._stuck_shown = (0, self._stuck_shown[1])
        self._show_frozen()

    def close(self) -> None:
        """Stop listening, and take the strips away; whoever has signed out leaves nothing that names jobs."""
        if self._monitor.session.user_id is None:
            self._notifications.forget_jobs()
            self._remembering.end()
        else:
            self._remembering.close()
        self._monitor.late_diagnostics.pop("memory", None)
        self._monitor.fact_sources = None
        self._sources.close()
        self._away.close()
        self._bulk.close()
        self._alarms.close()
        self._notifier.close()
        self._listening.close()
        self._surface.close()

    def _act(self, action: Action) -> None:
        match action.name:
            case "dismiss-away":
                self._away.dismiss()
            case "dismiss-alarms":
                self._alarms.dismiss()
            case "dismiss-frozen":
                self._stuck_shown = (self._stuck_shown[0], True)
                self._frozen_strip.show("")
            case _:
                self._bulk.act(action)

    def _show_frozen(self) -> None:
        stuck = self._frozen.stuck
        shown, dismissed = self._stuck_shown
        if not stuck:
            dismissed = False
        if stuck != shown:
            self._stuck_shown = (stuck, dismissed)
            self._frozen_strip.show("" if dismissed else frozen_markup(self._texts, stuck))
