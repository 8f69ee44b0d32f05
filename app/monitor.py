"""The monitor as a whole: every hook and context wired to the ports, with nothing of the browser in it.

``main`` gives it the browser, the tests and the simulations give it a manual clock and real second implementations.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from app.api.activity import Activity
from app.api.auth import Auth
from app.api.client import Api
from app.contexts.channel_credentials import ChannelCredentials
from app.contexts.jobs import AbilityTaskContext, TaskSummary
from app.contexts.points import PointsContext
from app.contexts.session import Session, SignedIn, SignedOut
from app.core.bus import Bus
from app.core.events import ClockJumped, RefreshRequested, Resumed
from app.core.pause import Reason
from app.core.records import AbilityTask
from app.core.transport import age_s
from app.core.trust import Kind
from app.hooks.ability_task_polling import AbilityTaskPolling, AbilityTaskReader
from app.hooks.delivery import Delivery
from app.hooks.lifecycle import Lifecycle
from app.hooks.older_tasks import OlderTasks
from app.hooks.publisher import Publisher
from app.hooks.push_trust import PushTrust
from app.hooks.queue_status import QueueStatus
from app.hooks.realtime_notifications import RealtimeNotifications
from app.hooks.refresher import RefreshContext
from app.hooks.sharing import Sharing
from app.hooks.task_list_polling import TaskListPolling, TaskReader
from app.hooks.task_totals import TaskTotalsReader
from app.hooks.transport_status import TransportStatus
from app.ports import Ports
from app.settings import Settings

if TYPE_CHECKING:
    from app.hooks.ability_logs import AbilityLogs
    from app.hooks.fact_sources import FactSources

VERSION = "0.1.0"
LOGS = "app.hooks.ability_logs"
"""The late module that reads an ability's call log."""
SHARED_PAGES = "app.hooks.shared_pages"
"""The late module that shares a connection with the user's other pages."""


def _nothing(_: AbilityTask) -> None:
    pass


class Monitor:
    """One page's monitoring, from sign-in to sign-out and over again."""

    def __init__(
        self,
        ports: Ports,
        settings: Settings,
        *,
        on_success: Callable[[AbilityTask], None] = _nothing,
        on_failure: Callable[[AbilityTask], None] = _nothing,
    ) -> None:
        self.sharing = Sharing(ports.http, ports.sockets)
        self.ports = ports = replace(ports, http=self.sharing, sockets=self.sharing)
        self.settings = settings
        # When this visit began, in monotonic seconds.
        self.started_at = ports.clock.monotonic()
        # Where the facts of jobs came from, while somebody follows that: it is late.
        self.fact_sources: FactSources | None = None
        # What late parts have to say in the diagnostics, by name.
        self.late_diagnostics: dict[str, Callable[[], object]] = {}
        rules = settings.polling
        self.bus = bus = Bus(ports.report)
        self.activity = Activity()
        self.session = Session(
            ports,
            bus,
            Auth(ports, self.activity, answer_within_s=rules.answer_within_s),
            renew_before_s=settings.refresh_before_expiry_s,
        )
        self.api = api = Api(ports, self.session, self.activity, answer_within_s=rules.answer_within_s)
        self.lifecycle = Lifecycle(ports, bus, settings.display)
        api.answered = self.lifecycle.prove_online
        self.session.may_renew_by_itself = lambda: not self.paused
        self.publisher = Publisher(ports, bus)
        self.refresh_context = RefreshContext(ports, bus, rules, lambda: self.paused, self.session.demote)
        self.points = PointsContext(
            self.refresh_context,
            api,
            known=lambda job_id: job_id in self.summary.tasks or job_id in self.ability_tasks.tasks,
        )
        self.trust = PushTrust(ports, bus)
        self.delivery = delivery = Delivery(
            ports, bus, self.activity, self.publisher, self.points, self.trust, every_s=settings.display.flush_every_s
        )
        self.summary = TaskSummary(delivery.tasks)
        self.ability_tasks = AbilityTaskContext(delivery.ability_tasks, api, ports.clock)
        task_reader = TaskReader(api)
        self.task_polling = TaskListPolling(ports, bus, delivery.tasks, task_reader, settings.task_cadence, rules)
        self.older_tasks = OlderTasks(self.refresh_context, api, delivery.tasks, total=lambda: task_reader.total)
        self.task_totals = TaskTotalsReader(
            self.refresh_context, bus, api, delivery.tasks, total=lambda: task_reader.total
        )
        self.ability_task_reader = AbilityTaskReader(api)
        self.ability_task_polling = AbilityTaskPolling(
            ports,
            bus,
            delivery.ability_tasks,
            self.ability_task_reader,
            settings.ability_task_cadence,
            rules,
        )
        self.ability_task_polling.on_success = on_success
        self.ability_task_polling.on_failure = on_failure
        # The call log of one ability, once a page has asked for it, until the user signs out.
        self._logs: AbilityLogs | None = None
        self.queues = QueueStatus(self.refresh_context, api)
        credentials = ChannelCredentials(self.session, api)
        self.push = RealtimeNotifications(ports, bus, self.activity, delivery, credentials, settings)
        self._transport = TransportStatus(
            ports, bus, rules.takeover_s, self.lifecycle.reasons, self.push, lambda: self.server_now
        )
        self._subscriptions = (
            bus.subscribe(SignedIn, lambda _: self.lifecycle.resume(Reason.SIGNED_OUT)),
            bus.subscribe(SignedOut, self._signed_out),
            bus.subscribe(Resumed, lambda _: self.session.renew_if_due()),
            bus.subscribe(ClockJumped, lambda _: self.activity.server_clock.forget()),
        )

    @property
    def logs(self) -> "AbilityLogs":
        """The call log of one ability: made for the page that asks first, which imports the module: it is late."""
        if self._logs is None:
            late = import_module(LOGS)
            source = late.OneAbility(self.api, self.session.demote)
            self._logs = late.AbilityLogs(self.refresh_context, source, lambda: self.trust.trusted(Kind.LOGS))
        return self._logs

    @property
    def paused(self) -> bool:
        """Whether any pause reason holds (R17)."""
        return self.lifecycle.reasons.paused

    @property
    def transport(self) -> str:
        """How updates reach the page, as ``data-podi-transport`` says it."""
        return self._transport.name

    @property
    def server_now(self) -> float:
        """The server's time, in epoch seconds: what durations that began there are counted to (R27)."""
        return self.api.server_clock.now(self.ports.clock.wall())

    @property
    def first_reads(self) -> tuple[str, ...]:
        """The addresses of what is read as soon as somebody is signed in."""
        return tuple(self.settings.api_base + path for path in self.api.first_reads)

    @property
    def age_s(self) -> float | None:
        """How long ago anything came from the server, in seconds (R32)."""
        last_frame_at = self.push.last_frame_at if self.push.up else None
        return age_s(self.ports.clock.monotonic(), self.api.last_answer_at, last_frame_at)

    def start(self) -> None:
        """Begin, with the session of an earlier visit if there is one."""
        self.lifecycle.start()
        self.session.restore()

    def share(self) -> None:
        """Share with the user's other pages, once the late part is there (R43)."""
        if self.session.user_id and self.ports.late.has(SHARED_PAGES):
            import_module(SHARED_PAGES).join(self)

    def refresh(self) -> None:
        """The user asked for everything anew (R4). An answer proves the browser wrong if it believes to be offline."""
        self.lifecycle.prove_online()
        self.session.hurry()
        self.task_polling.refresh()
        self.ability_task_polling.refresh()
        if self._logs is not None:
            self._logs.fetch()
        self.bus.publish(RefreshRequested())
        self.push.refresh()

    def close(self) -> None:
        """End everything that runs; what is on the server stays as it is."""
        if self._logs is not None:
            self._logs.close()
        for part in (
            self._transport,
            self.push,
            self.trust,
            self.task_polling,
            self.ability_task_polling,
            self.older_tasks,
            self.task_totals,
            self.points,
            self.queues,
            self.delivery,
            self.publisher,
            self.session,
            self.lifecycle,
        ):
            part.close()
        if self.sharing.shared:
            self.sharing.shared.close()
        for subscription in self._subscriptions:
            subscription.close()

    def diagnostics(self) -> dict[str, object]:
        """Return counts and states for ``window.podi.diagnostics()``; never a token."""
        tasks, ability_tasks = self.summary.tasks, self.ability_tasks.tasks
        return {
            "version": VERSION,
            "transport": self.transport,
            "trusted": [kind.value for kind in Kind if self.trust.trusted(kind)],
            "frames": self.activity.frames,
            "unknown": self.activity.unknown,
            "malformed": self.activity.malformed,
            "stale": tasks.stale + ability_tasks.stale,
            "duplicates": tasks.duplicates + ability_tasks.duplicates,
            "reconnects": self.activity.reconnects,
            "requests": dict(self.activity.requests),
            "activeIds": [*tasks.active, *ability_tasks.active],
            "wsAuth": self.push.auth.mode,
            "pauseReasons": [reason.value for reason in self.lifecycle.reasons],
            "timers": self.ports.timers.pending,
            "sockets": self.ports.sockets.alive,
            "listeners": len(self.bus),
            **{name: value() for name, value in self.late_diagnostics.items()},
        }

    def _signed_out(self, _: SignedOut) -> None:
        self.push.stop()
        self.lifecycle.pause(Reason.SIGNED_OUT)
        self.task_polling.clear()
        self.ability_task_polling.clear()
        self.older_tasks.clear()
        self.task_totals.clear()
        self.points.clear()
        if self._logs is not None:
            self._logs.close()
            self._logs = None
        self.queues.clear()
        self.delivery.clear()
