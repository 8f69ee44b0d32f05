"""The machines and services that jobs run on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Executor:
    """One place where work is done: ``workers`` jobs at a time, ``limit`` running and waiting together."""

    id: str
    name: str
    type: str
    workers: int
    limit: int
    base_url: str

    @property
    def is_comfyui(self) -> bool:
        """Whether it is a ComfyUI node of our own, as opposed to somebody's paid service."""
        return self.type == "comfyui"

    @property
    def max_concurrency(self) -> int:
        """How many jobs are handed to it at a time; a node of our own has a queue for those it does not run yet."""
        return self.limit if self.is_comfyui else self.workers

    @property
    def api_key_ids(self) -> list[str]:
        """The keys it may use; a node of our own needs none."""
        return [] if self.is_comfyui else [uuid.uuid5(uuid.NAMESPACE_OID, self.id).hex]

    @property
    def config(self) -> dict[str, Any]:
        """How it is reached, with the key of a service in it, as real ones have. This key opens nothing."""
        if self.is_comfyui:
            return {"baseUrl": self.base_url, "provider": self.type}
        return {"apiKey": f"invented-key-of-{self.type}", "baseUrl": self.base_url}


def _comfyui(name: str, number: int, label: str) -> Executor:
    return Executor(
        f"executor_comfyui_{name}_{number}",
        f"ComfyUI · {label} {number}",
        "comfyui",
        workers=1,
        limit=10,
        base_url=f"http://comfyui-{number}.example:8079",
    )


def _service(provider: str, kind: str, label: str) -> Executor:
    return Executor(
        f"executor_{provider}_{kind}_default",
        f"{label} · Default Node",
        provider,
        workers=4,
        limit=24,
        base_url=f"https://{provider}.example",
    )


EXECUTORS: Final[dict[str, Executor]] = {
    executor.id: executor
    for executor in (
        _comfyui("pattern_extract", 158, "印花提取"),
        _comfyui("seamless", 117, "四方连续"),
        _comfyui("upscale", 121, "高清放大"),
        _service("baidu", "image", "百度图像处理"),
        _service("volcengine", "image", "火山引擎图像"),
        _service("dashscope", "vision", "阿里百炼"),
    )
}
