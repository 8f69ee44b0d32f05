"""How updates reach the page just now (R32), and when an open socket is not to be believed (R6).

``Transport`` owns one number, the moment until which a page that begins anew counts as connecting; the rest is worked
out from what the pause reasons and the channel say. It never sleeps: whoever owns it asks again at ``deadline``.
docs/decisions/half-open.md says why.
"""

from collections.abc import Sequence
from typing import Literal

from app.core.collection import Change
from app.core.pause import PauseReasons, Reason
from app.core.records import AbilityTask, Source, Task

Name = Literal["push", "connecting", "polling", "paused", "offline", "off"]
"""The values of ``data-podi-transport``."""


class Transport:
    """What the badge says of the connection."""

    def __init__(self, takeover_s: float) -> None:
        self._takeover_s = takeover_s
        # When "connecting" gives way to "polling" whatever the channel does (R8); ``None`` during a pause.
        self.deadline: float | None = None

    def resume(self, now: float) -> None:
        """No pause reason holds any more: a first attempt has the takeover time to succeed."""
        self.deadline = now + self._takeover_s

    def pause(self) -> None:
        """A pause reason holds."""
        self.deadline = None

    def name(self, reasons: PauseReasons, now: float, *, up: bool, first_attempt: bool) -> Name:
        """Return how updates reach the page at ``now``.

        ``up`` if push is there, ``first_attempt`` if it is connecting and nothing has failed so far. A pause has more
        to say than the channel, and of several reasons to pause the one that the user can do most about is named.
        """
        if reasons.paused:
            return _pause(reasons)
        if up:
            return "push"
        waits = first_attempt and self.deadline is not None and now < self.deadline
        return "connecting" if waits else "polling"


def _pause(reasons: PauseReasons) -> Name:
    if Reason.SIGNED_OUT in reasons:
        return "off"
    return "offline" if Reason.OFFLINE in reasons else "paused"


def push_missed(source: Source, changes: Sequence[Change[Task] | Change[AbilityTask]], silent_since: float) -> bool:
    """Return whether a batch of accepted updates is one that push should have brought: a read found it (R6).

    A job that was not known, and that ended before the last frame came (``silent_since``, in the server's epoch
    seconds), is history, as an older page of the list has it.
    """
    return source is Source.POLL and any(_is_new(change, silent_since) for change in changes)


def _is_new(change: Change[Task] | Change[AbilityTask], since: float) -> bool:
    record = change.record
    return change.before is not None or not record.ended or (record.finished_at or record.created_at or since) > since


def age_s(now: float, last_answer_at: float | None, last_frame_at: float | None) -> float | None:
    """Return how long ago anything came from the server (R32); ``None`` if nothing ever did.

    ``last_frame_at`` is ``None`` while push is away: a socket that is gone says nothing of the data's age.
    """
    moments = [moment for moment in (last_answer_at, last_frame_at) if moment is not None]
    return max(0.0, now - max(moments)) if moments else None
