"""What PyScript runs in a page: begins, and leaves the rest to modules, which the memory snapshot holds compiled."""

import asyncio

from app import main

running = asyncio.get_running_loop().create_task(main.run())
