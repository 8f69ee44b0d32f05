"""The good end of a call: what it made, what its provider said, and what the log keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devserver.simulator.ability import Ability
from devserver.simulator.chance import Fate
from devserver.simulator.drawing import address
from devserver.simulator.payloads import OMITTED

CAPTIONS = {
    "zh": "一幅暖色调的花卉印花图案，花瓣层叠，底色为米白，适合用于家纺面料。",
    "en": "A warm floral print with layered petals on an off-white ground, suited to home textiles.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCall:
    """A call that has begun: what was asked, of what, and under which names it is known."""

    ability: Ability
    executor_id: str
    asked: dict[str, Any]
    request_id: str
    log_id: int
    prompt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(LoggedCall):
    """A call that has succeeded, or is about to: all that its answer is made of."""

    fate: Fate
    duration_ms: int

    @property
    def url(self) -> str | None:
        """Where its picture is, if it makes one."""
        return None if self.text is not None else address(self.ability.motif, self.fate.picture)

    @property
    def text(self) -> str | None:
        """What it says, if it makes text."""
        if self.ability.makes != "text":
            return None
        inputs = self.asked.get("inputs") or {}
        return CAPTIONS.get(str(inputs.get("language")), CAPTIONS["zh"])

    @property
    def source_url(self) -> str | None:
        """Where the executor itself had the picture, which nobody but the backend can reach."""
        executor = self.ability.executor
        if self.url is None or not executor.is_comfyui:
            return None
        return f"{executor.base_url}/view?filename={file_name(self.request_id)}&subfolder=&type=output"

    @property
    def stored(self) -> list[dict[str, Any]]:
        """The files that were stored, as the log lists them."""
        if self.url is None:
            return []
        return [
            {
                "ossUrl": self.url,
                "ossKey": self.url.removeprefix("/"),
                "sourceUrl": self.source_url,
                "contentType": "image/png",
                # Pictures are drawn when they are asked for, so nobody knows yet.
                "size": None,
                "tag": self.ability.provider,
            }
        ]


def file_name(request_id: str) -> str:
    """What a ComfyUI node calls its output."""
    return f"podi_{request_id[:8]}_00001_.png"


def raw_answer(ending: Ending) -> dict[str, Any]:
    """What the provider itself would have answered."""
    request_id, url, text = ending.request_id, ending.url, ending.text
    match ending.ability.provider:
        case "baidu":
            return {"log_id": int(request_id[:14], 16), "image": OMITTED}
        case "volcengine":
            return {"model": "doubao-seedream", "data": [{"url": url}], "usage": {"generated_images": 1}}
        case "dashscope" if text is not None:
            return {
                "request_id": request_id,
                "output": {"text": text},
                "usage": {"input_tokens": 1240, "output_tokens": 36},
            }
        case "dashscope":
            return {"request_id": request_id, "output": {"results": [{"url": url}]}, "usage": {"image_count": 1}}
        case _:
            file = {"filename": file_name(request_id), "subfolder": "", "type": "output"}
            return {"prompt_id": request_id, "status": "success", "outputs": {"9": {"images": [file]}}}
