"""Of which ends the user is notified, and was: kept per user, shared by all pages of the browser (R44).

docs/decisions/notifications.md says why one page of the browser claims each end.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.core.bus import Bus
from app.core.notify import Claims, NotifySettings
from app.ports import Ports
from app.wire.notifications import read_claims, read_settings, write_claims, write_settings

# Browsers have kept settings and claims under these keys since before they were called notifications.
SETTINGS_KEY = "podi.tell."
CLAIMS_KEY = "podi.told."


@dataclass(frozen=True, slots=True)
class NotificationsChanged:
    """On the bus: the settings of the notifications have changed, here or in another page."""


class NotificationContext:
    """The settings of one user. There may be several of these: all read and write the one store."""

    def __init__(self, ports: Ports, bus: Bus, user: str) -> None:
        self._store = ports.store
        self._lock = ports.notification_lock
        self._clock = ports.clock
        self._bus = bus
        self._settings_key = SETTINGS_KEY + user
        self._claims_key = CLAIMS_KEY + user
        # The jobs to claim as soon as the lock is had, each with who waits for the answer.
        self._waiting: dict[str, asyncio.Future[bool]] = {}

    @property
    def settings(self) -> NotifySettings:
        """The settings that hold now."""
        return read_settings(self._store.get(self._settings_key))

    def keep(self, settings: NotifySettings) -> None:
        """Keep other settings, and have everybody know."""
        self._store.set(self._settings_key, write_settings(settings))
        self._bus.publish(NotificationsChanged())

    def mark(self, job_id: str, marked: bool) -> None:
        """Mark a job, or not."""
        self.keep(self.settings.with_mark(job_id, marked))

    def concerns(self, key: str) -> bool:
        """Whether another page that changed this key of the store has changed the settings."""
        return key == self._settings_key

    async def claim(self, job_id: str) -> bool:
        """Return whether this page is the one that notifies of a job's end.

        What is claimed while the page waits for the lock is claimed together: there are fewer turns than ends.
        """
        if job_id in self._waiting:
            return False
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[job_id] = answer
        if len(self._waiting) == 1:
            await self._claim_waiting()
        return await answer

    async def give_up_claim(self, job_id: str) -> None:
        """Let the next end of a job be claimed: it was begun anew."""
        await self._change_claims(lambda claims: claims.without(job_id))

    async def _claim_waiting(self) -> None:
        def claim(claims: Claims) -> Claims:
            waiting, self._waiting = self._waiting, {}
            for job_id, answer in waiting.items():
                claimed = claims.claimed(job_id, self._clock.wall())
                claims = claimed or claims
                if not answer.done():
                    answer.set_result(claimed is not None)
            return claims

        try:
            await self._change_claims(claim)
        finally:
            # Whoever gave up waiting leaves nothing for which nobody would come.
            for answer in self._waiting.values():
                answer.cancel()
            self._waiting = {}

    async def _change_claims(self, change: Callable[[Claims], Claims]) -> None:
        """Change the claims as the only one of all pages."""
        hold = await self._lock.acquire()
        try:
            claims = read_claims(self._store.get(self._claims_key))
            changed = change(claims)
            if changed != claims:
                self._store.set(self._claims_key, write_claims(changed))
        finally:
            hold.close()

    def forget_jobs(self) -> None:
        """Keep nothing that names jobs: the user signs out."""
        self._store.remove(self._claims_key)
        settings = self.settings
        if settings.marked:
            self._store.set(self._settings_key, write_settings(replace(settings, marked=())))
