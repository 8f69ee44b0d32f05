"""What travels inside the page: the public event names, what the server notified, and what was accepted.

The four names are the ones scripts on the page listen to (R19); nothing else spells them.
docs/decisions/public-words.md says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.collection import Batch, Change
from app.core.pause import Reason
from app.core.points import Points, WalletMove
from app.core.records import AbilityTask, Task
from app.core.status import Status
from app.core.trust import Kind

TASK_STATUS = "podi:task-status"
ABILITY_TASK_STATUS = "podi:ability-task-status"
WALLET_POINTS = "podi:wallet-points"
ABILITY_LOG_CREATED = "podi:ability-log-created"


@dataclass(frozen=True, slots=True)
class LogNotice:
    """A log record was written."""

    log_id: int
    ability_id: str | None
    status: Status
    task_id: str | None


@dataclass(frozen=True, slots=True)
class PingAnswer:
    """The server answered a ping."""


@dataclass(frozen=True, slots=True)
class UnknownFrame:
    """A frame of a type nobody has agreed on; counted and skipped (R1)."""


@dataclass(frozen=True, slots=True)
class MalformedFrame:
    """A frame that says nothing readable; counted and skipped (R1)."""


Notification = Task | AbilityTask | WalletMove | LogNotice | PingAnswer | UnknownFrame | MalformedFrame


@dataclass(frozen=True, slots=True)
class TasksChanged:
    """On the bus, at once: accepted updates of tasks, or ids of tasks that nobody has listed."""

    batch: Batch[Task]


@dataclass(frozen=True, slots=True)
class AbilityTasksChanged:
    """On the bus, at once: accepted updates of ability tasks, or ids of some that nobody has listed."""

    batch: Batch[AbilityTask]


@dataclass(frozen=True, slots=True)
class PointsChanged:
    """On the bus: the points now and before; ``animate`` if the difference just happened and is not history."""

    points: Points
    before: Points | None
    animate: bool = False


@dataclass(frozen=True, slots=True)
class PointsRead:
    """On the bus: the points were read, whether they changed or not; movements may come to nothing (R46).

    ``unsaid``: what running work holds had changed, and no move said so since the read before.
    """

    unsaid: bool = False


@dataclass(frozen=True, slots=True)
class ReconcileWanted:
    """On the bus: everything is to be read anew (R12)."""

    why: str


@dataclass(frozen=True, slots=True)
class PushChanged:
    """On the bus: push came up or went away."""

    up: bool


@dataclass(frozen=True, slots=True)
class TrustChanged:
    """On the bus: push is trusted with other kinds than before (R8)."""

    trusted: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class TransportChanged:
    """On the bus: what the connection badge shows may have changed."""


@dataclass(frozen=True, slots=True)
class Paused:
    """On the bus: the first pause reason holds (R17)."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Resumed:
    """On the bus: the last pause reason is gone."""

    ended: Reason


@dataclass(frozen=True, slots=True)
class QueuesChanged:
    """On the bus: the ComfyUI queues were read, or could not be."""


@dataclass(frozen=True, slots=True)
class LogsChanged:
    """On the bus: an ability's log was read, or could not be."""


@dataclass(frozen=True, slots=True)
class LogsSearched:
    """On the bus: another page of the log was read, and the read goes on."""


@dataclass(frozen=True, slots=True)
class CameOnline:
    """On the bus: the browser says the network is back, and nothing was paused for it (R4)."""


@dataclass(frozen=True, slots=True)
class RefreshRequested:
    """On the bus: the user asked for everything anew (R4); whatever is shown is read again."""


@dataclass(frozen=True, slots=True)
class ServerReachable:
    """On the bus: a read was answered where the one before it could not reach the server, or was turned away."""


@dataclass(frozen=True, slots=True)
class ClockJumped:
    """On the bus: the wall clock ran ahead of the heartbeat by this many seconds; the device slept (R18)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Flush:
    """On the bus at R20's pace: the latest state of everything that changed since the last one."""

    tasks: Mapping[str, Change[Task]] = field(default_factory=dict)
    ability_tasks: Mapping[str, Change[AbilityTask]] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    moves: tuple[WalletMove, ...] = ()
    logs: tuple[LogNotice, ...] = ()
