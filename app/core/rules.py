"""The numbers of the requirements that `[podi]` in ``pyscript.toml`` may change, once, with their defaults.

Durations are seconds. A number that would make the page spin or hang raises ``ValueError``.
"""

from dataclasses import dataclass, fields
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 < getattr(self, field.name) < inf:
                raise ValueError(f"{field.name} must be a number above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRules(_Rules):
    """Reconnecting and liveness of the realtime connection (R3, R4, R6)."""

    first_delay_s: float = 1.0
    longest_delay_s: float = 30.0
    open_within_s: float = 10.0
    steady_after_s: float = 5.0
    give_up_after: int = 6
    silence_s: float = 25.0
    answer_within_s: float = 10.0
    check_token_after: int = 2
    token_within_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceRules(_Rules):
    """Poll intervals by number of active ids: fewer than ``few``, up to ``many``, more (R9)."""

    fast_s: float
    medium_s: float
    slow_s: float
    few: int = 3
    many: int = 10


TASK_CADENCE = CadenceRules(fast_s=1.0, medium_s=2.0, slow_s=3.0)
ABILITY_TASK_CADENCE = CadenceRules(fast_s=1.0, medium_s=2.0, slow_s=5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollingRules(_Rules):
    """What is asked for, and how patience grows (R10, R11, R12, R13).

    ``log_every_s`` is for an open log where no push renews it (R28), ``hidden_every_s`` for what is marked, while the
    page is hidden (R44).
    """

    window: int = 50
    answer_within_s: float = 30.0
    longest_backoff_s: float = 30.0
    longest_retry_after_s: float = 300.0
    reconcile_every_s: float = 60.0
    forget_after_s: float = 600.0
    takeover_s: float = 1.0
    log_every_s: float = 10.0
    hidden_every_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayRules(_Rules):
    """The pace at which updates reach the page and a clock jump that counts as sleep (R18, R20)."""

    flush_every_s: float = 0.5
    jump_s: float = 30.0
    heartbeat_s: float = 5.0
