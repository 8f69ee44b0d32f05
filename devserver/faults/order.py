"""What every switch has in common: where it strikes, on what occasion, how often and for how long."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Occasion = Literal["request", "upgrade", "open", "frame", "now"]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

LONGEST_SECONDS = 24 * 3600.0
MOST_TIMES = 1_000_000


class Order(BaseModel):
    """One fault as it is asked for. Each fault narrows ``fault`` and ``at`` and adds what it needs to know."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    fault: str
    at: Occasion
    """``request``: a request; ``upgrade``: a socket before it is accepted; ``open``: just after; ``frame``: when a
    frame is about to be sent to it; ``now``: at once, on the sockets that are open."""
    method: Method | None = None
    path: str | None = Field(None, max_length=500)
    socket: int | None = Field(None, ge=1)
    """The number of one open socket; otherwise all of them, present and future."""
    count: int | None = Field(None, ge=1, le=MOST_TIMES)
    """How often it strikes; once if neither this nor ``seconds`` nor ``always`` is given."""
    seconds: float | None = Field(None, gt=0, le=LONGEST_SECONDS)
    """For how long it is armed."""
    always: bool = False
    """Until it is cleared."""
    after: int = Field(0, ge=0, le=MOST_TIMES)
    """How many occasions are let pass first."""

    containing: str | None = Field(None, min_length=1, max_length=500)
    """Only frames with this text in them are occasions."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.at == "request" and self.path is None:
            raise ValueError("at 'request' needs a path, as in /api/tasks/v1 or /api/**")
        if self.at in {"request", "upgrade"} and self.socket is not None:
            raise ValueError("socket is about one that is open: use it at 'frame' or 'now'")
        if self.at != "request" and self.method is not None:
            raise ValueError("method is about requests: use it at 'request'")
        if self.at != "frame" and self.containing is not None:
            raise ValueError("containing is about frames: use it at 'frame'")
        if self.at == "now" and (self.count or self.seconds or self.always or self.after):
            raise ValueError("at 'now' happens once: count, seconds, always and after are for what is armed")
        if self.always and (self.count or self.seconds):
            raise ValueError("always excludes count and seconds")
        return self

    @property
    def times(self) -> int | None:
        """How often it may strike, ``None`` if that is not limited."""
        if self.count is None and (self.always or self.seconds is not None):
            return None
        return self.count or 1
