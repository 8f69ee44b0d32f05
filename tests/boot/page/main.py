"""Says, as JSON in the page, what the interpreter that runs it is like."""

import json
import os
import random
import secrets
import sys
import time
import uuid

import js
import pyscript
from pyscript import document

frozen = "app.monitor" in sys.modules and "pydantic" in sys.modules

import app.monitor  # noqa: E402

try:
    import colorsys  # is in no snapshot
except ModuleNotFoundError:
    late = None  # offline
else:
    late = colorsys.rgb_to_hsv(1, 0, 0)[1]
try:
    from tools.snapshot.restore import COMPILED
except ModuleNotFoundError:
    ahead = ()  # a stock boot
else:
    ahead = COMPILED["pyscript.display"][2].co_consts
reported = {
    "boot": json.loads(js.JSON.stringify(js.podi.boot)),
    "frozen": frozen,
    "late": late,
    "draws": [random.random() for _ in range(3)],
    "tokens": [secrets.token_hex(8), uuid.uuid4().hex],
    "now": time.time(),
    "hour_at_zero": time.localtime(0).tm_hour,
    "language": os.environ["LANG"],
    "environment": sorted(os.environ),
    "version": app.monitor.VERSION,
    "compiled_ahead": any(code is pyscript.display.__code__ for code in ahead),
    "edited": getattr(pyscript.util, "EDITED", False),
}
document.querySelector("#reported").textContent = json.dumps(reported)
