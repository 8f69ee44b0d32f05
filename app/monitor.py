"""The monitor as a whole: every hook and context wired to the ports, with nothing of the browser in it.

``main`` gives it the browser, the tests and the simulations give it a manual clock and real second implementations.
"""

from collections.abc import Callable

from app.api.activity import Activity
from app.api.auth import Auth
from app.api.client import Api
from app.api.errors import ApiError, NotSignedIn
from app.contexts.jobs import AbilityTaskContext, TaskSummary
from app.contexts.points import PointsContext
from app.contexts.session import Ending, Session, SignedIn, SignedOut
from app.core.bus import Bus
from app.core.connection import State
from app.core.events import AbilityTasksChanged, Paused, Resumed, TasksChanged, TransportChanged
from app.core.pause import Reason
from app.core.records import AbilityTask, Source
from app.hooks.ability_logs import AbilityLogs
from app.hooks.ability_task_polling import AbilityTaskPolling, AbilityTaskReader
from app.hooks.delivery import Delivery
from app.hooks.lifecycle import Lifecycle
from app.hooks.older_tasks import OlderTasks
from app.hooks.publisher import Publisher
from app.hooks.queue_status import QueueStatus
from app.hooks.realtime_notifications import RealtimeNotifications
from app.hooks.refresher import RefreshContext
from app.hooks.task_list_polling import TaskListPolling, TaskReader
from app.ports import Ports, TransportError
from app.scheduling.deadline_timer import DeadlineTimer
from app.settings import Settings

VERSION = "0.1.0"


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
        self.ports = ports
        self.settings = settings
        self._resumed_at = 0.0
        self._patience = DeadlineTimer(ports.timers, lambda: self.bus.publish(TransportChanged()))
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
        self.visibility = Lifecycle(ports, bus, settings.display)
        api.answered = self.visibility.prove_online
        self.session.may_renew_by_itself = lambda: not self.paused
        self.publisher = Publisher(ports, bus)
        self.refresh_context = RefreshContext(ports, bus, rules, self._is_paused, self.session.demote)
        self.points = PointsContext(
            self.refresh_context,
            api,
            known=lambda job_id: job_id in self.summary.tasks or job_id in self.ability_tasks.tasks,
        )
        self.delivery = delivery = Delivery(
            ports, bus, self.activity, self.publisher, self.points, every_s=settings.display.flush_every_s
        )
        self.summary = TaskSummary(delivery.tasks)
        self.ability_tasks = AbilityTaskContext(delivery.ability_tasks, api, ports.clock)
        task_reader = TaskReader(api)
        self.task_polling = TaskListPolling(ports, bus, delivery.tasks, task_reader, settings.task_cadence, rules)
        self.older_tasks = OlderTasks(self.refresh_context, api, delivery.tasks, total=lambda: task_reader.total)
        self.ability_task_polling = AbilityTaskPolling(
            ports,
            bus,
            delivery.ability_tasks,
            AbilityTaskReader(api),
            settings.ability_task_cadence,
            rules,
        )
        self.ability_task_polling.on_success = on_success
        self.ability_task_polling.on_failure = on_failure
        self.logs = AbilityLogs(self.refresh_context, api)
        self.queues = QueueStatus(self.refresh_context, api)
        self.push = RealtimeNotifications(
            ports,
            bus,
            self.activity,
            delivery,
            self,
            settings.connection,
            ws_auth=settings.ws_auth,
        )
        self._subscriptions = (
            bus.subscribe(SignedIn, self._signed_in),
            bus.subscribe(SignedOut, self._signed_out),
            bus.subscribe(Resumed, self._resumed),
            bus.subscribe(Paused, lambda _: self._patience.set(None)),
            bus.subscribe(TasksChanged, lambda event: self._suspicion(event.batch.source, len(event.batch.changes))),
            bus.subscribe(
                AbilityTasksChanged, lambda event: self._suspicion(event.batch.source, len(event.batch.changes))
            ),
        )

    @property
    def paused(self) -> bool:
        """Whether any pause reason holds (R17)."""
        return self.visibility.reasons.paused

    def _is_paused(self) -> bool:
        return self.paused

    @property
    def transport(self) -> str:
        """How news reaches the page, as ``data-podi-transport`` says it."""
        reasons = self.visibility.reasons
        if Reason.SIGNED_OUT in reasons:
            return "off"
        if Reason.OFFLINE in reasons:
            return "offline"
        if reasons.paused:
            return "paused"
        if self.push.up:
            return "push"
        if (
            self.push.first_attempt
            and self.ports.clock.monotonic() - self._resumed_at < self.settings.polling.takeover_s
        ):
            return "connecting"
        return "polling"

    @property
    def first_reads(self) -> tuple[str, ...]:
        """The addresses of what is read as soon as somebody is signed in."""
        return tuple(self.settings.api_base + path for path in self.api.first_reads)

    @property
    def age_s(self) -> float | None:
        """How long ago anything came from the server, in seconds (R32)."""
        last = max(self.api.last_answer_at or 0.0, self.push.heard_at if self.push.up else 0.0)
        return max(0.0, self.ports.clock.monotonic() - last) if last else None

    def start(self) -> None:
        """Begin, with the session of an earlier visit if there is one."""
        self.visibility.start()
        self.session.restore()

    def refresh(self) -> None:
        """The user asked for everything anew (R4). An answer proves the browser wrong if it believes to be offline."""
        self.visibility.prove_online()
        self.session.hurry()
        self.task_polling.refresh()
        self.ability_task_polling.refresh()
        self.points.refresh()
        self.logs.fetch()
        self.queues.refresh()
        self.push.refresh()

    def close(self) -> None:
        """End everything that runs; what is on the server stays as it is."""
        for part in (
            self.push,
            self.task_polling,
            self.ability_task_polling,
            self.older_tasks,
            self.points,
            self.logs,
            self.queues,
            self.delivery,
            self.publisher,
            self.session,
            self.visibility,
        ):
            part.close()
        self._patience.close()
        for subscription in self._subscriptions:
            subscription.close()

    @property
    def access_token(self) -> str | None:
        """The token that the realtime channel connects with."""
        return self.session.access_token

    async def check(self) -> None:
        """Do one REST read with the token; a refused one is renewed or ends the session."""
        try:
            await self.api.points()
        except ApiError:
            return

    @property
    def token_expired(self) -> bool:
        """Whether that token has expired, as far as can be told."""
        return self.session.expired

    async def renew(self, refused: str) -> bool:
        """Renew the token for the realtime channel, unless that has been done since it was refused."""
        try:
            await self.session.renewed(refused)
        except (NotSignedIn, TransportError):
            return False
        return True

    def end(self) -> None:
        """Even a fresh token is refused: back to the sign-in form."""
        self.session.sign_out(Ending.EXPIRED)

    def diagnostics(self) -> dict[str, object]:
        """Return counts and states for ``window.podi.diagnostics()``; never a token."""
        tasks, ability_tasks = self.summary.tasks, self.ability_tasks.tasks
        return {
            "version": VERSION,
            "transport": self.transport,
            "frames": self.activity.frames,
            "unknown": self.activity.unknown,
            "malformed": self.activity.malformed,
            "stale": tasks.stale + ability_tasks.stale,
            "duplicates": tasks.duplicates + ability_tasks.duplicates,
            "reconnects": self.activity.reconnects,
            "requests": dict(self.activity.requests),
            "activeIds": [*tasks.active, *ability_tasks.active],
            "pauseReasons": [reason.value for reason in self.visibility.reasons],
            "timers": self.ports.timers.pending,
            "sockets": self.ports.sockets.alive,
            "listeners": len(self.bus),
        }

    def _signed_in(self, _: SignedIn) -> None:
        self.visibility.resume(Reason.SIGNED_OUT)

    def _resumed(self, _: Resumed) -> None:
        """Connect as soon as nothing holds the page back; after that the channel follows the pauses by itself."""
        self._resumed_at = self.ports.clock.monotonic()
        self._patience.set(self._resumed_at + self.settings.polling.takeover_s)
        self.session.renew_if_due()
        wanted = not self.settings.disable_ws and self.ports.sockets.supported
        if wanted and self.push.state is State.IDLE:
            self.push.start()

    def _signed_out(self, _: SignedOut) -> None:
        self.push.stop()
        self.visibility.pause(Reason.SIGNED_OUT)
        self.task_polling.clear()
        self.ability_task_polling.clear()
        self.older_tasks.clear()
        self.points.clear()
        self.logs.unwatch()
        self.queues.clear()
        self.delivery.clear()

    def _suspicion(self, source: Source, changes: int) -> None:
        """A poll that finds news while push is silent proves the socket half-open (R6)."""
        if changes and source is Source.POLL and self.push.suspect:
            self.push.missed()
