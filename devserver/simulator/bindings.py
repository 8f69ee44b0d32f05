"""Which action of a traditional task runs as which workflow on which executor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devserver.simulator.catalogue import ACTIONS

NO_BINDING = "NO_BINDING_AVAILABLE"


@dataclass(frozen=True, slots=True)
class Binding:
    """One row of the admin's list."""

    action: str
    workflow_id: str
    executor_id: str
    notes: str
    enabled: bool = True
    priority: int = 100

    @property
    def id(self) -> str:
        """Its name."""
        return f"binding_{self.action}_v1"


BINDINGS: Final = (
    *(
        Binding(action.name, f"workflow_{action.name}_v1", action.executor_id, f"{action.label}的默认工作流")
        for action in ACTIONS.values()
    ),
    Binding(
        "huawen_kuotu", "workflow_huawen_kuotu_v1", "executor_comfyui_seamless_117", "花纹扩图，升级中", enabled=False
    ),
)


def is_bound(action: str) -> bool:
    """Whether an enabled binding says where the action runs."""
    return any(binding.enabled and binding.action == action for binding in BINDINGS)
