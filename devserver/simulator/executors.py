"""The machines and services that jobs run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Executor:
    """One place where work is done: ``workers`` jobs at a time, ``limit`` running and waiting together."""

    id: str
    name: str
    type: str
    workers: int
    limit: int
    base_url: str | None = None

    @property
    def is_comfyui(self) -> bool:
        """Whether it is a ComfyUI node of our own, as opposed to somebody's paid service."""
        return self.type == "comfyui"


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
    return Executor(f"executor_{provider}_{kind}_default", f"{label} · Default Node", provider, workers=4, limit=24)


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
