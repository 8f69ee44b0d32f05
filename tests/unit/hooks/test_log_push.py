"""Whether push carries notices of log records."""

from app.core.bus import Bus
from app.core.events import Flush, LogNotice, PushChanged
from app.core.status import Status
from app.hooks.log_push import LogPush
from testkit.scene import Scene


def test_a_connection_is_proven_by_a_notice_and_only_for_itself() -> None:
    """R8, R28: an open socket proves nothing, nor does what a lost one had brought."""
    world = Scene().world
    bus = Bus(world.report)
    push = LogPush(bus)
    notice = Flush(logs=(LogNotice(1, "x", Status.SUCCEEDED, None),))
    seen = [push.proven]
    for event in (notice, PushChanged(True), Flush(), notice, PushChanged(False), notice, PushChanged(True)):
        bus.publish(event)
        seen.append(push.proven)
    assert [False, False, False, False, True, False, False, False] == seen
    push.close()
    bus.publish(notice)
    assert (False, []) == (push.proven, world.errors)
