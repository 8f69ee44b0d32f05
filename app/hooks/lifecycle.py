"""Why the page rests (R17) and when it catches up (R4, R18): one small part for each thing that the browser reports.

``Lifecycle`` holds the parts and the pause reasons; everybody else follows ``Paused`` and ``Resumed`` on the bus.
docs/decisions/coming-back.md says what is read on a return.
"""

from collections.abc import Sequence

from app.core.bus import Bus
from app.core.events import CameOnline, ClockJumped, Paused, Resumed, TransportChanged
from app.core.pause import PauseReasons, Reason
from app.core.rules import DisplayRules
from app.core.sleep import SleepWatch
from app.ports import Closable, Page, Ports
from app.scheduling.deadline_timer import DeadlineTimer


class Pauses:
    """The reasons for which the page rests; publishes when the first comes and when the last goes."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.reasons = PauseReasons()
        self.reasons.add(Reason.SIGNED_OUT)

    def begin(self, reason: Reason) -> None:
        """Rest for one more reason."""
        if self.reasons.add(reason):
            self._bus.publish(Paused(reason))
        self._bus.publish(TransportChanged())

    def end(self, reason: Reason) -> None:
        """One reason less; work goes on if it was the last."""
        if reason not in self.reasons:
            return
        if self.reasons.remove(reason):
            self._bus.publish(Resumed(reason))
        self._bus.publish(TransportChanged())

    def set(self, reason: Reason, holds: bool) -> None:
        """Let a reason hold, or not."""
        if holds:
            self.begin(reason)
        else:
            self.end(reason)


def visibility(page: Page, pauses: Pauses) -> Closable:
    """Rest while nobody sees the page."""
    if page.hidden:
        pauses.begin(Reason.HIDDEN)
    return page.on_visibility(lambda hidden: pauses.set(Reason.HIDDEN, hidden))


def network(page: Page, pauses: Pauses, bus: Bus) -> Closable:
    """Rest while the browser believes that there is no network; that it is back counts as the user's refresh (R4)."""

    def changed(online: bool) -> None:
        # A page that rests reads everything when it resumes; one that works has not noticed that the network was gone.
        works = not pauses.reasons.paused
        pauses.set(Reason.OFFLINE, not online)
        if online and works:
            bus.publish(CameOnline())

    if not page.online:
        pauses.begin(Reason.OFFLINE)
    return page.on_network(changed)


def leaving(page: Page, pauses: Pauses) -> Closable:
    """Rest once the page is left, perhaps for the browser's cache of pages, from which it may come back (R5)."""
    return page.on_leaving(lambda leaves: pauses.set(Reason.LEAVING, leaves))


class Sleep:
    """The device slept while the page worked: ``ClockJumped`` (R18). A page that rests catches up on its return."""

    def __init__(self, ports: Ports, pauses: Pauses, bus: Bus, rules: DisplayRules) -> None:
        self._clock = ports.clock
        self._bus = bus
        self._watch = SleepWatch(rules)
        self._timer = DeadlineTimer(ports.timers, self._beat)
        self._subscriptions = (
            bus.subscribe(Paused, lambda _: self._end()),
            bus.subscribe(Resumed, lambda _: self._begin()),
        )
        if not pauses.reasons.paused:
            self._begin()

    def close(self) -> None:
        """Watch no longer."""
        self._timer.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _begin(self) -> None:
        self._watch.begin(self._clock.monotonic(), self._clock.wall())
        self._timer.set(self._watch.deadline)

    def _end(self) -> None:
        self._watch.end()
        self._timer.set(self._watch.deadline)

    def _beat(self) -> None:
        jump_s = self._watch.beat(self._clock.monotonic(), self._clock.wall())
        self._timer.set(self._watch.deadline)
        if jump_s is not None:
            self._bus.publish(ClockJumped(jump_s))


class Lifecycle:
    """When this page works and when it rests."""

    def __init__(self, ports: Ports, bus: Bus, rules: DisplayRules) -> None:
        self._ports = ports
        self._bus = bus
        self._rules = rules
        self._pauses = Pauses(bus)
        # What listens to the page, once it has started.
        self._parts: Sequence[Closable] = ()

    @property
    def reasons(self) -> PauseReasons:
        """The reasons for which the page rests now."""
        return self._pauses.reasons

    def start(self) -> None:
        """Begin to listen to the page; a second call changes nothing."""
        if not self._parts:
            page, pauses, bus = self._ports.page, self._pauses, self._bus
            self._parts = (
                visibility(page, pauses),
                network(page, pauses, bus),
                leaving(page, pauses),
                Sleep(self._ports, pauses, bus, self._rules),
            )

    def close(self) -> None:
        """Stop listening."""
        for part in self._parts:
            part.close()
        self._parts = ()

    def pause(self, reason: Reason) -> None:
        """Rest for one more reason."""
        self._pauses.begin(reason)

    def resume(self, reason: Reason) -> None:
        """One reason less; work goes on if it was the last."""
        self._pauses.end(reason)

    def prove_online(self) -> None:
        """An answer came, whatever the browser believes of the network."""
        self._pauses.end(Reason.OFFLINE)
