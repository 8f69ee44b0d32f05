"""Tells, as JSON in the page, what the interpreter that runs it is like."""

import json
import random
import sys
import time

import js
from pyscript import document

started = "app.monitor" in sys.modules
pydantic = "pydantic" in sys.modules

import colorsys  # noqa: E402

import app.monitor  # noqa: E402
import app.wire.frames  # noqa: E402

told = {
    "boot": json.loads(js.JSON.stringify(js.podi.boot)),
    "frozen": started and pydantic,
    "draws": [random.random() for _ in range(3)],
    "version": app.monitor.VERSION,
    "late": colorsys.rgb_to_hsv(1, 0, 0)[1],
    "zone": time.timezone,
    "shown": round(time.time()),
    "source": app.wire.frames.__file__,
}
document.querySelector("#told").textContent = json.dumps(told)
