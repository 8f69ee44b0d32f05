"""Publish and subscribe inside the page."""

from dataclasses import dataclass

import pytest

from app.core.bus import Bus, Subscription


@dataclass(frozen=True)
class Rang:
    """A bell rang."""

    times: int = 1


@dataclass(frozen=True)
class RangLoudly(Rang):
    """A bell rang loudly."""


class Reports(list[Exception]):
    """Errors that were reported."""

    def __call__(self, error: Exception) -> None:
        """Keep an error."""
        self.append(error)


@pytest.fixture
def reports() -> Reports:
    """No errors yet."""
    return Reports()


@pytest.fixture
def bus(reports: Reports) -> Bus:
    """A bus nobody listens to."""
    return Bus(reports)


def test_listeners_get_events_of_exactly_their_type_in_the_order_they_came(bus: Bus) -> None:
    """R21: typed events reach whoever asked for them, and nobody else."""
    received: list[object] = []
    bus.subscribe(Rang, lambda event: received.append(("first", event)))
    bus.subscribe(RangLoudly, received.append)
    bus.subscribe(Rang, lambda event: received.append(("second", event)))
    bus.publish(Rang(3))
    assert [("first", Rang(3)), ("second", Rang(3))] == received


def test_an_event_nobody_asked_for_is_nobodys_fault(bus: Bus, reports: Reports) -> None:
    """R21: publishing to nobody does nothing."""
    bus.publish(Rang())
    assert [] == reports


def test_a_listener_that_raises_is_reported_and_the_others_still_run(bus: Bus, reports: Reports) -> None:
    """R21: listeners are isolated from each other."""
    received: list[Rang] = []
    fault = ValueError("broken bell")

    def broken(_: Rang) -> None:
        raise fault

    bus.subscribe(Rang, broken)
    bus.subscribe(Rang, received.append)
    bus.publish(Rang())
    assert ([Rang()], [fault]) == (received, reports)


def test_a_closed_subscription_gets_nothing_and_can_be_closed_again(bus: Bus) -> None:
    """R21: whoever subscribes owns an idempotent `close`."""
    received: list[Rang] = []
    subscription = bus.subscribe(Rang, received.append)
    bus.subscribe(Rang, lambda _: None)
    subscription.close()
    subscription.close()
    bus.publish(Rang())
    assert ([], 1) == (received, len(bus))


def test_the_same_listener_may_subscribe_twice_and_leaves_once_per_close(bus: Bus) -> None:
    """R21: subscriptions are counted, not listeners."""
    received: list[Rang] = []
    first, second = bus.subscribe(Rang, received.append), bus.subscribe(Rang, received.append)
    bus.publish(Rang(1))
    second.close()
    bus.publish(Rang(2))
    first.close()
    bus.publish(Rang(3))
    assert [Rang(1), Rang(1), Rang(2)] == received


def test_closing_one_of_two_equal_subscriptions_keeps_the_others_place(bus: Bus) -> None:
    """R21: the order of listeners is the order in which they came, whoever else leaves."""
    received: list[str] = []

    def twice(_: Rang) -> None:
        received.append("twice")

    bus.subscribe(Rang, twice)
    bus.subscribe(Rang, lambda _: received.append("once"))
    bus.subscribe(Rang, twice).close()
    bus.publish(Rang())
    assert ["twice", "once"] == received


def test_who_subscribes_during_an_event_gets_the_next_one(bus: Bus) -> None:
    """R21: the listeners of an event are those there when it began."""
    received: list[Rang] = []

    def invite(_: Rang) -> None:
        if len(bus) == 1:
            bus.subscribe(Rang, received.append)

    bus.subscribe(Rang, invite)
    bus.publish(Rang(1))
    assert [] == received
    bus.publish(Rang(2))
    assert [Rang(2)] == received


def test_who_leaves_during_an_event_gets_no_more_of_it(bus: Bus, reports: Reports) -> None:
    """R5: what is closed while an event goes round gets nothing after its `close`."""
    received: list[Rang] = []
    later: list[Subscription] = []
    bus.subscribe(Rang, lambda _: later[0].close())
    later.append(bus.subscribe(Rang, received.append))
    bus.publish(Rang())
    assert ([], []) == (received, reports)


def test_a_listener_may_close_itself(bus: Bus) -> None:
    """R21: listening once is possible, and the next listener is not skipped."""
    received: list[str] = []
    own: list[Subscription] = []

    def once(_: Rang) -> None:
        received.append("once")
        own[0].close()

    own.append(bus.subscribe(Rang, once))
    bus.subscribe(Rang, lambda _: received.append("always"))
    bus.publish(Rang())
    bus.publish(Rang())
    assert ["once", "always", "always"] == received


def test_ten_thousand_subscriptions_leave_nothing_behind(bus: Bus) -> None:
    """R21: the count returns to where it was, in whatever order they leave."""
    kept = bus.subscribe(Rang, lambda _: None)
    subscriptions = [bus.subscribe(Rang, lambda _: None) for _ in range(10_000)]
    assert 10_001 == len(bus)
    for subscription in reversed(subscriptions):
        subscription.close()
    assert 1 == len(bus)
    kept.close()
    assert 0 == len(bus)


def test_listeners_of_several_types_are_counted_together(bus: Bus) -> None:
    """R21: the diagnostics can say how many listen."""
    bus.subscribe(Rang, lambda _: None)
    bus.subscribe(RangLoudly, lambda _: None)
    assert 2 == len(bus)


def test_what_ends_the_program_is_not_swallowed(bus: Bus, reports: Reports) -> None:
    """R21: isolation is for faults, not for an order to stop."""

    def interrupt(_: Rang) -> None:
        raise KeyboardInterrupt

    bus.subscribe(Rang, interrupt)
    with pytest.raises(KeyboardInterrupt):
        bus.publish(Rang())
    assert [] == reports
