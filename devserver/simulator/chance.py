"""Chance that can be repeated.

Every job's fate is drawn from the run's seed and the job's own number, not from a shared stream, so it does not depend
on the order in which things happen to run, and a restarted host finds the same fate again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random
from typing import Any

from devserver.simulator.ability import Ability
from devserver.simulator.catalogue import Action

FAILURE_SHARE = 0.12
LONGEST_SECONDS = 600.0

COMFYUI_FAILURES = (
    "ComfyUI: CUDA out of memory. Tried to allocate 1.95 GiB (GPU 0; 23.69 GiB total capacity)",
    "ComfyUI: 节点 KSampler 执行出错：Expected all tensors to be on the same device",
    "ComfyUI: 模型文件缺失 sdxl_pattern_v3.safetensors",
    "ComfyUI: 连接中断，重试 3 次后放弃",
)
SERVICE_FAILURES: dict[str, tuple[str, ...]] = {
    "baidu": (
        "百度: 216202 image size error",
        "百度: 18 Open api qps request limit reached",
        "百度: 282000 internal error",
    ),
    "volcengine": ("火山引擎: OutputImageSensitiveContentDetected", "火山引擎: 上游超时（60 s）"),
    "dashscope": ("阿里百炼: DataInspectionFailed", "阿里百炼: Throttling.RateQuota"),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """How one job goes: how long it takes in simulated seconds, in how many steps, and what goes wrong, if anything."""

    seconds: float
    steps: int
    failure: str | None
    picture: str
    """Sixteen hex digits from which the result is drawn."""
    empty: bool = False
    """True: it succeeds and brings nothing; only asked of calls that are submitted alone."""


def failures_of(executor_type: str) -> tuple[str, ...]:
    """What tends to go wrong on such an executor."""
    return SERVICE_FAILURES.get(executor_type, COMFYUI_FAILURES)


class Chance:
    """The seed of one run of the host."""

    def __init__(self, seed: int | None) -> None:
        self.seed = secrets.randbits(32) if seed is None else seed

    def stream(self, *name: object) -> Random:
        """A generator of its own for whatever ``name`` names."""
        return Random("/".join(str(part) for part in (self.seed, *name)))

    def fate(self, kind: str, number: int, work: Ability | Action, executor_type: str, asked: Any) -> Fate:
        """The fate of job ``number``; ``asked`` is what the caller asked the simulator for, see ``read_order``."""
        random = self.stream("fate", kind, number)
        seconds = random.uniform(*work.seconds)
        failure = random.choice(failures_of(executor_type)) if random.random() < FAILURE_SHARE else None
        if failure is not None:
            seconds *= random.uniform(0.2, 0.9)
        steps = random.randint(8, 16)
        picture = f"{random.getrandbits(64):016x}"
        wanted_seconds, wanted_failure, decided = read_order(asked)
        return Fate(
            seconds=seconds if wanted_seconds is None else wanted_seconds,
            steps=steps,
            failure=wanted_failure if decided else failure,
            picture=picture,
            empty=isinstance(asked, dict) and asked.get("outcome") == "empty",
        )


class TooLong(Exception):
    """The simulator was asked for work that takes longer than ``LONGEST_SECONDS``."""


def check_order(asked: Any) -> None:
    """Raise ``TooLong`` if a ``simulate`` object asks for work that would take too long.

    To ignore it, as all else that makes no sense, would end the work at a time that nobody asked for.
    """
    for name in ("seconds", "bindingAfter"):
        seconds = asked.get(name) if isinstance(asked, dict) else None
        if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds > LONGEST_SECONDS:
            raise TooLong(name)


def binding_after(asked: Any) -> float | None:
    """After how many simulated seconds the action of a blocked task gets a binding, if the caller asked for that."""
    seconds = asked.get("bindingAfter") if isinstance(asked, dict) else None
    return _usable(seconds)


def _usable(seconds: Any) -> float | None:
    usable = isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 <= seconds <= LONGEST_SECONDS
    return float(seconds) if usable else None


def read_order(asked: Any) -> tuple[float | None, str | None, bool]:
    """Read a ``simulate`` object: seconds or ``None``, failure or ``None``, and whether the outcome was asked for.

    ``{"seconds": 5, "outcome": "failed", "error": "…"}``, every part optional. Anything else is ignored, as the real
    backend ignores the whole of it.
    """
    if not isinstance(asked, dict):
        return None, None, False
    outcome = asked.get("outcome")
    failure = str(asked.get("error") or "SIMULATED_FAILURE")[:500] if outcome == "failed" else None
    # Compared one by one: what a caller sends need not be hashable.
    decided = any(outcome == known for known in ("failed", "succeeded", "empty"))
    return _usable(asked.get("seconds")), failure, decided
