"""The parts through which updates go, each constructed when it is first needed, so in any order."""

from __future__ import annotations

from functools import cached_property

from app.api.activity import Activity
from app.contexts.channel_credentials import ChannelCredentials
from app.contexts.jobs import AbilityTaskContext, TaskSummary
from app.contexts.points import PointsContext
from app.core.amounts import Amount
from app.core.bus import Bus
from app.core.events import Flush, PointsChanged
from app.hooks.ability_task_polling import AbilityTaskPolling, AbilityTaskReader
from app.hooks.delivery import Delivery
from app.hooks.publisher import Publisher
from app.hooks.push_trust import PushTrust
from app.hooks.realtime_notifications import RealtimeNotifications
from app.hooks.refresher import RefreshContext
from app.hooks.task_list_polling import TaskListPolling, TaskReader
from app.settings import Settings
from testkit.scene import Scene


class Parts:
    """A page's parts beside a scene's, on its backend; each is constructed when it is first needed."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._ports = scene.world.ports
        self._settings = Settings()
        self._api = scene.monitor.api
        self.activity = Activity()
        self.bus = Bus(scene.world.report)
        self.shown: list[tuple[float, Flush]] = []
        self.balances: list[Amount] = []

    @cached_property
    def subscriber(self) -> Parts:
        """Who notes every flush, with the seconds since this was first asked for, and every balance."""
        began = self._scene.clock.now
        self.bus.subscribe(Flush, lambda flush: self.shown.append((round(self._scene.clock.now - began, 3), flush)))
        self.bus.subscribe(PointsChanged, lambda event: self.balances.append(event.points.total))
        return self

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher(self._ports, self.bus)

    @cached_property
    def points(self) -> PointsContext:
        return PointsContext(
            RefreshContext(self._ports, self.bus, self._settings.polling, lambda: False, lambda: None),
            self._api,
            known=lambda job_id: job_id in self.summary.tasks or job_id in self.ability_tasks.tasks,
        )

    @cached_property
    def trust(self) -> PushTrust:
        return PushTrust(self._ports, self.bus)

    @cached_property
    def delivery(self) -> Delivery:
        return Delivery(self._ports, self.bus, self.activity, self.publisher, self.points, self.trust, every_s=0.5)

    @cached_property
    def summary(self) -> TaskSummary:
        return TaskSummary(self.delivery.tasks)

    @cached_property
    def ability_tasks(self) -> AbilityTaskContext:
        return AbilityTaskContext(self.delivery.ability_tasks, self._api, self._ports.clock)

    @cached_property
    def task_polling(self) -> TaskListPolling:
        return TaskListPolling(
            self._ports,
            self.bus,
            self.delivery.tasks,
            TaskReader(self._api),
            self._settings.task_cadence,
            self._settings.polling,
        )

    @cached_property
    def ability_task_polling(self) -> AbilityTaskPolling:
        return AbilityTaskPolling(
            self._ports,
            self.bus,
            self.delivery.ability_tasks,
            AbilityTaskReader(self._api),
            self._settings.ability_task_cadence,
            self._settings.polling,
        )

    @cached_property
    def push(self) -> RealtimeNotifications:
        return RealtimeNotifications(
            self._ports,
            self.bus,
            self.activity,
            self.delivery,
            ChannelCredentials(self._scene.monitor.session, self._api),
            self._settings,
        )

    def close(self) -> None:
        for part in (self.push, self.trust, self.ability_task_polling, self.task_polling, self.delivery, self.points):
            part.close()
        self.publisher.close()
