"""What befalls the real page: orders to the host's fault switches (docs/faults.md), words for what a browser does."""

from __future__ import annotations

from typing import Any, Final

Order = dict[str, Any]

DEMOTION: Final = "no admin any more"
CUT: Final[Order] = {"fault": "abort", "at": "now"}


def _close(code: int, **more: Any) -> Order:
    return {"fault": "close", "code": code, "reason": "SOAK", **more}


def _answer(path: str, status: int, **more: Any) -> Order:
    return {"fault": "status", "path": path, "method": "GET", "status": status, **more}


TROUBLES: Final[dict[str, tuple[Order | str, ...]]] = {
    "a cut": (CUT,),
    "a reset": ({"fault": "reset", "at": "now"},),
    "closed, 1012": (_close(1012, at="now"),),
    "closed as soon as open": (CUT, _close(1013, at="open")),
    "refused for good, 1008": (_close(1008, at="now"),),
    "sockets refused": (CUT, {"fault": "refuse", "status": 503, "body": ""}),
    "sockets that hang": (CUT, {"fault": "hang", "at": "upgrade"}),
    "swallowed": ({"fault": "swallow", "at": "now"},),
    "half-open": ({"fault": "half-open", "at": "now"},),
    "upgrades late": (CUT, {"fault": "delay", "at": "upgrade", "delay_s": 3}),
    "frames late": ({"fault": "delay", "at": "frame", "delay_s": 0.5},),
    "frames lost": ({"fault": "drop", "at": "frame"},),
    "frames disordered": ({"fault": "reorder"},),
    "frames repeated": ({"fault": "duplicate", "copies": 2},),
    "frames corrupt": ({"fault": "corrupt", "at": "frame"},),
    "frames cut short": ({"fault": "truncate", "at": "frame", "keep": 20},),
    "frames binary": ({"fault": "binary", "at": "frame"},),
    "a frame of 5 MB": ({"fault": "oversize", "at": "now", "size": 5_242_880},),
    "a burst": ({"fault": "burst", "at": "now", "frames": 3000},),
    "429": (_answer("/api/**", 429, headers={"Retry-After": "5"}, body={"detail": "BUSY"}),),
    "503": (_close(1013, at="now"), _answer("/api/**", 503, headers={"Retry-After": "10"})),
    "500": (_answer("/api/**", 500),),
    "502 in HTML": (_answer("/api/ability-tasks", 502, headers={"Content-Type": "text/html"}, body="<html></html>"),),
    "answers corrupt": ({"fault": "corrupt", "at": "request", "path": "/api/tasks/**", "method": "GET"},),
    "answers cut short": ({"fault": "truncate", "at": "request", "path": "/api/**", "method": "GET", "keep": 20},),
    "answers late": ({"fault": "delay", "at": "request", "path": "/api/**", "method": "GET", "delay_s": 2},),
    "answers that never come": ({"fault": "hang", "at": "request", "path": "/api/**", "method": "GET"},),
    "answers that never end": ({"fault": "endless", "path": "/api/ability-tasks", "method": "GET"},),
    "requests cut": (CUT, {"fault": "abort", "at": "request", "path": "/api/**", "method": "GET"}),
    DEMOTION: ({"fault": "wrong-role"},),
    "token expired": ({"fault": "expired-token", "at": "now"},),
    "all tokens expired": ({"fault": "expired-token", "at": "now", "refresh": True},),
    "older database": ("older database",),
    "hidden": ("hidden",),
    "hidden and cut": ("hidden", CUT),
    "offline": ("offline",),
    "asleep": ("asleep",),
    "clock set back": ("clock back",),
    "signed out": ("signed out",),
}
OF_WINDOWS: Final[dict[str, tuple[Order | str, ...]]] = {
    "holder crashed": ("holder crashed",),
    "holder stands still": ("holder stands still",),
    "holder covered": ("holder covered",),
    "holder covered, and cut": ("holder covered", CUT),
    "lock stolen": ("lock stolen",),
}
"""What befalls the window that holds the connection: every other trouble is one of these."""
