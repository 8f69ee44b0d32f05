"""Pages that read the same again and again come to read it at the same moments, so that one read serves all (R43).

Called where another page has just read what this one reads too. What follows is a whole interval later, here as
there. Failures hold it back as ever (R13), and whatever is being read already is left alone.
"""

from app.core.refresh_schedule import RefreshSchedule
from app.core.sync import Sync


def refresh_with_others(schedule: RefreshSchedule, now: float) -> None:
    """Refresh now, unless nobody wants that at all."""
    if schedule.deadline is not None and not schedule.backing_off:
        schedule.deadline = min(schedule.deadline, now)


def read_with_others(sync: Sync, now: float) -> None:
    """Read a collection now, as it would soon: everything, or what it polls."""
    if sync.purpose is None:
        refresh_with_others(sync.reconciles, now)
        if not sync.poller.failures:
            sync.poller.hurry()
