"""Why nothing may be asked of the network just now (R17): a set of reasons; work goes on only when it is empty."""

from collections.abc import Iterator
from enum import StrEnum


class Reason(StrEnum):
    """One reason to pause. The values are public, in ``diagnostics().pauseReasons``."""

    HIDDEN = "hidden"
    OFFLINE = "offline"
    SIGNED_OUT = "signed-out"
    LEAVING = "leaving"


class PauseReasons:
    """The reasons that hold now."""

    def __init__(self) -> None:
        self._reasons: set[Reason] = set()

    def __contains__(self, reason: Reason) -> bool:
        return reason in self._reasons

    def __iter__(self) -> Iterator[Reason]:
        return iter(sorted(self._reasons))

    @property
    def paused(self) -> bool:
        """Whether any reason holds."""
        return bool(self._reasons)

    def add(self, reason: Reason) -> bool:
        """Add a reason; true if it is the one that begins the pause."""
        began = not self._reasons
        self._reasons.add(reason)
        return began

    def remove(self, reason: Reason) -> bool:
        """Take a reason away; true if that ends the pause."""
        if reason not in self._reasons:
            return False
        self._reasons.remove(reason)
        return not self._reasons
