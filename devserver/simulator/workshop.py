"""What every kind of job needs: the database, the hub, chance, time that can run fast, and callbacks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from devserver.character import PLAIN, Character
from devserver.database import Database
from devserver.push import Hub
from devserver.simulator.callbacks import Callbacks
from devserver.simulator.chance import Chance


@dataclass(frozen=True, slots=True)
class Workshop:
    """Shared by all jobs of one run; owns nothing."""

    database: Database
    hub: Hub
    chance: Chance
    callbacks: Callbacks
    speed: float
    character: Character = PLAIN

    async def spend(self, seconds: float) -> None:
        """Let simulated seconds pass."""
        await asyncio.sleep(seconds / self.speed)
