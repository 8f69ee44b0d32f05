"""What the product's dashboard says (R52), as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Executor:
    """An executor; ``health`` is the server's word. What it is configured with is nobody's business here (R52)."""

    id: str
    name: str | None = None
    type: str | None = None
    status: str | None = None
    health: str | None = None
    max_concurrency: int | None = None
    heartbeat_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentJob:
    """A job of any user, as the dashboard lists it."""

    id: str
    user_id: str | None = None
    action: str | None = None
    channel: str | None = None
    status: Status = Status.UNKNOWN
    word: str = ""
    created_at: float | None = None
    updated_at: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Counts over all users; a number that the server does not name is absent.

    ``by_status`` adds up the words of one status.
    """

    total: int | None = None
    failed: int | None = None
    waiting: int | None = None
    running: int | None = None
    created_today: int | None = None
    completed_today: int | None = None
    failed_today: int | None = None
    by_status: Mapping[Status, int] = field(default_factory=dict)
    recent: tuple[RecentJob, ...] = ()
    executors: tuple[Executor, ...] = ()


@dataclass(frozen=True, slots=True)
class GpuMemory:
    """The memory of one device, in bytes."""

    name: str
    total: int
    free: int

    @property
    def used(self) -> int:
        """How much of it is taken, in bytes."""
        return max(0, self.total - self.free)


def suited(executors: Sequence[Executor], own_id: str | None, provider: str | None) -> tuple[Executor, ...]:
    """Return the executors that may run an ability: those of its own one's type, else of its provider's name.

    Where neither says anything, all of them: the server knows better which it accepts.
    """
    own = next((one.type for one in executors if one.id == own_id), None)
    wanted = own or provider
    found = tuple(one for one in executors if wanted and one.type and one.type.lower() == wanted.lower())
    return found or tuple(executors)
