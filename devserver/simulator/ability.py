"""One AI ability, as the simulator needs it and as the API lists it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean
from typing import Any, Final

from devserver.simulator.executors import EXECUTORS, Executor

PER_SECOND: Final = "秒"
PER_TOKENS: Final = "千词元"
SINCE: Final = "2026-01-15T03:20:00.000000"
"""When abilities, executors and bindings were entered, naive UTC."""

ADMINISTERED: Final = {
    "provider": "provider",
    "category": "category",
    "capabilityKey": "capability_key",
    "version": "version",
    "displayName": "display_name",
    "description": "description",
    "status": "status",
    "abilityType": "ability_type",
    "executorId": "executor_id",
    "workflowId": "workflow_id",
    "cozeWorkflowId": "coze_workflow_id",
    "defaultParams": "default_params",
    "inputSchema": "input_schema",
    "metadata": "extra_metadata",
    "lastHealthCheckAt": "last_health_check_at",
    "lastHealthStatus": "last_health_status",
    "successRate": "success_rate",
}
"""The names of an ability's facts in the admin's list."""


@dataclass(frozen=True, slots=True)
class Ability:
    """One AI ability. ``seconds`` is how long a call takes, from and to; ``price`` is CNY per ``unit``."""

    id: str
    provider: str
    capability_key: str
    display_name: str
    executor_id: str
    seconds: tuple[float, float]
    points: int
    price: float
    unit: str
    category: str = "image_process"
    fields: tuple[dict[str, Any], ...] = ()
    needs_image: bool = True
    makes: str = "image"
    motif: str = "print"
    active: bool = True
    about: str = ""
    """What it is good for, in a sentence."""
    many_images: bool = False
    most_outputs: int | None = None

    @property
    def price_per_call(self) -> float:
        """What a call costs where every call costs the same, CNY."""
        return round(self.price * (mean(self.seconds) if self.unit == PER_SECOND else 1), 2) or self.price

    @property
    def executor(self) -> Executor:
        """Where it runs unless the caller says otherwise."""
        return EXECUTORS[self.executor_id]

    @property
    def as_listed(self) -> dict[str, Any]:
        """Its entry in ``/api/abilities``."""
        comfyui = self.executor.is_comfyui
        return {
            "id": self.id,
            "provider": self.provider,
            "category": self.category,
            "capabilityKey": self.capability_key,
            "version": "v1",
            "displayName": self.display_name,
            "description": self.about,
            "status": "active" if self.active else "inactive",
            "abilityType": "comfyui" if comfyui else "api",
            "workflowId": f"wf_{self.capability_key}" if comfyui else None,
            "executorId": self.executor_id if comfyui else None,
            "cozeWorkflowId": None,
            "defaultParams": self.defaults or None,
            "inputSchema": {"fields": [dict(field) for field in self.fields]},
            "metadata": {
                "executor_type": self.executor.type,
                "requires_image_input": self.needs_image,
                "supports_vision": self.needs_image,
            },
            "requiresImage": self.needs_image,
            "supportsMultipleImages": self.many_images,
            "maxOutputImages": self.most_outputs,
            "lastHealthCheckAt": None,
            "lastHealthStatus": None,
            "successRate": None,
        }

    @property
    def as_administered(self) -> dict[str, Any]:
        """Its entry in ``/api/admin/abilities``: the same facts under other names, and since when it is there."""
        listed = self.as_listed
        shown = {ADMINISTERED[name]: value for name, value in listed.items() if name in ADMINISTERED}
        return shown | {"id": self.id, "created_at": SINCE, "updated_at": SINCE}

    @property
    def defaults(self) -> dict[str, Any]:
        """What its inputs are unless the caller says otherwise."""
        return {field["name"]: field["default"] for field in self.fields if "default" in field}
