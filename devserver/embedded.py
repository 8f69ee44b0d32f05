"""The embedded backend's parts, put together and owned: data directory, database, tokens, hub, simulator, idle work."""

from __future__ import annotations

from typing import Self

from devserver.database import Database
from devserver.datadir import DataDirectory
from devserver.demo_passwords import set_passwords
from devserver.guesses import Guesses
from devserver.presence import Presence
from devserver.push import Hub
from devserver.settings import Settings
from devserver.simulator.callbacks import Callbacks
from devserver.simulator.chance import Chance
from devserver.simulator.engine import Simulator
from devserver.simulator.history import begin_history
from devserver.simulator.idle import IdleWork
from devserver.simulator.workshop import Workshop
from devserver.tokens import Tokens


class Embedded:
    """Everything behind the API.

    Open it before serving, ``start()`` it inside the event loop, ``close()`` it there too.
    """

    def __init__(self, settings: Settings, directory: DataDirectory, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.tokens = Tokens(directory.secret(), settings.access_seconds, settings.refresh_seconds)
        self.character = settings.character
        self.chance = Chance(settings.seed)
        self.guesses = Guesses() if settings.beyond_loopback else None
        """Limits sign-ins where others reach the host; on loopback everybody knows the passwords."""
        self.passwords = set_passwords(database, beyond_loopback=settings.beyond_loopback)
        """What the demo users sign in with, by name."""
        self.hub = self.empty_hub()
        self.presence = Presence(self.hub)
        self._directory = directory
        self._simulator: Simulator | None = None
        self._idle: IdleWork | None = None

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Take the data directory and open the database in it, inventing its past if it is new.

        Raises ``DataFailure``.
        """
        directory = DataDirectory.hold(settings.data)
        try:
            database = Database.open(directory.path)
            begin_history(database, Chance(settings.seed), records=settings.history, character=settings.character)
            return cls(settings, directory, database)
        except BaseException:
            directory.close()
            raise

    def empty_hub(self) -> Hub:
        """A hub that has nothing to replay."""
        gone = self.chance.stream("gone")
        return Hub(self.character, lambda: gone.random() < self.settings.loss_share)

    @property
    def simulator(self) -> Simulator:
        """The simulator; only while started."""
        assert self._simulator is not None, "the embedded backend has not been started"
        return self._simulator

    def start(self) -> None:
        """Begin to work."""
        callbacks = Callbacks(self.database, public_only=self.settings.beyond_loopback)
        workshop = Workshop(self.database, self.hub, self.chance, callbacks, self.settings.speed, self.character)
        self._simulator = Simulator(workshop)
        self._simulator.start()
        if not self.settings.idle:
            self._idle = IdleWork(workshop, self._simulator, self.presence)
            self._idle.start()

    async def stop_work(self) -> None:
        """Stop working and answer those who wait; the API still reads. Any number of times."""
        if self._idle is not None:
            await self._idle.close()
            self._idle = None
        if self._simulator is not None:
            await self._simulator.close()

    async def close(self) -> None:
        """Stop working and let go of the files. Any number of times."""
        await self.stop_work()
        self.database.close()
        self._directory.close()
