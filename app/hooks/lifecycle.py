"""Why the page rests (R17) and when it wakes: visibility, network, leaving, and jumps of the wall clock (R18).

Holds the pause reasons; everybody else hears ``Paused`` and ``Resumed`` on the bus.
"""

from app.core.bus import Bus
from app.core.events import CameOnline, ClockJumped, Paused, Resumed, TransportChanged
from app.core.pause import PauseReasons, Reason
from app.core.rules import DisplayRules
from app.ports import Closable, Ports
from app.scheduling.deadline_timer import DeadlineTimer


class Lifecycle:
    """The pause reasons of this page."""

    def __init__(self, ports: Ports, bus: Bus, rules: DisplayRules) -> None:
        self._page = ports.page
        self._clock = ports.clock
        self._bus = bus
        self._rules = rules
        self.reasons = PauseReasons()
        self.reasons.add(Reason.SIGNED_OUT)
        self._heartbeat = DeadlineTimer(ports.timers, self._beat)
        self._last_wall = ports.clock.wall()
        self._last_beat = ports.clock.monotonic()
        self._listening: list[Closable] = []

    def start(self) -> None:
        """Begin to listen to the page."""
        if self._listening:
            return
        if self._page.hidden:
            self.pause(Reason.HIDDEN)
        if not self._page.online:
            self.pause(Reason.OFFLINE)
        self._listening = [
            self._page.on_visibility(lambda hidden: self._set(Reason.HIDDEN, hidden)),
            self._page.on_network(self._network),
            self._page.on_leaving(lambda leaving: self._set(Reason.LEAVING, leaving)),
        ]
        self._restart_heartbeat()

    def close(self) -> None:
        """Stop listening."""
        for listening in self._listening:
            listening.close()
        self._listening = []
        self._heartbeat.close()

    def pause(self, reason: Reason) -> None:
        """Rest for one more reason."""
        if self.reasons.add(reason):
            self._heartbeat.set(None)
            self._bus.publish(Paused(reason))
        self._bus.publish(TransportChanged())

    def resume(self, reason: Reason) -> None:
        """One reason less; work goes on if it was the last."""
        if reason not in self.reasons:
            return
        if self.reasons.remove(reason):
            self._restart_heartbeat()
            self._bus.publish(Resumed(reason))
        self._bus.publish(TransportChanged())

    def prove_online(self) -> None:
        """An answer came, whatever the browser believes of the network."""
        self.resume(Reason.OFFLINE)

    def _set(self, reason: Reason, holds: bool) -> None:
        if holds:
            self.pause(reason)
        else:
            self.resume(reason)

    def _network(self, online: bool) -> None:
        if not online:
            self.pause(Reason.OFFLINE)
            return
        was_offline = Reason.OFFLINE in self.reasons
        self.resume(Reason.OFFLINE)
        if not was_offline and not self.reasons.paused:
            self._bus.publish(CameOnline())

    def _restart_heartbeat(self) -> None:
        self._last_wall = self._clock.wall()
        self._last_beat = self._clock.monotonic()
        if self._listening and not self.reasons.paused:
            self._heartbeat.set(self._last_beat + self._rules.heartbeat_s)

    def _beat(self) -> None:
        """Compare the wall clock with the heartbeat: more than the jump means that the device slept."""
        jump = self._clock.wall() - self._last_wall - self._rules.heartbeat_s
        self._restart_heartbeat()
        if jump > self._rules.jump_s:
            self._bus.publish(ClockJumped(jump))
