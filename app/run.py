"""What PyScript runs in a page: begins, and leaves the rest to modules, which the memory snapshot holds compiled.

Imported anywhere else it does nothing (R26).
"""

import asyncio
import sys

from app import main

if sys.platform == "emscripten":
    running = asyncio.get_running_loop().create_task(main.run())
