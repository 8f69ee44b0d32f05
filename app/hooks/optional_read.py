"""One route that a server may not have: what stands on it is hidden, and nothing else (docs/contract.md)."""

from collections.abc import Callable, Coroutine
from typing import Generic, TypeVar

from app.api.errors import ApiError, Unreadable, not_offered
from app.hooks.refresher import ON_REQUEST, Pace, RefreshContext, Refresher, always

T = TypeVar("T")


class OptionalRead(Generic[T]):
    """Reads a route until the server says that it has none; ``changed`` is called after every read.

    A refusal ends the reads, until the next request: 403 too, which is the word about this route and not about the
    user. An answer that makes no sense hides what it was for, and is tried again with the usual back-off.
    """

    def __init__(
        self,
        context: RefreshContext,
        read: Callable[[], Coroutine[object, object, T]],
        changed: Callable[[], None],
        *,
        pace: Pace = ON_REQUEST,
        needed: Callable[[], bool] = always,
    ) -> None:
        """``needed`` says whether there is anything to read for; while there is not, requests are dropped."""
        self._read = read
        # The last answer; none before the first, and once the server has no such route.
        self.value: T | None = None
        # Whether the server said that it has no such route.
        self._refused = False
        self._refresher: Refresher[T | None] = Refresher(
            context,
            self._attempt,
            self._take,
            pace=pace,
            needed=lambda: not self._refused and needed(),
            changed=changed,
        )

    @property
    def failing(self) -> ApiError | None:
        """Why the last read failed, until one is answered; a refusal is no failure."""
        return self._refresher.failing

    @property
    def absent(self) -> bool:
        """Whether there is nothing to show and nothing to wait for."""
        return self._refused or (self.value is None and isinstance(self.failing, Unreadable))

    def request(self) -> None:
        """Read soon, even a route that the server did not have before."""
        self._refused = False
        self._refresher.request()

    def close(self) -> None:
        """Read nothing more."""
        self._refresher.close()

    async def _attempt(self) -> T | None:
        try:
            return await self._read()
        except ApiError as error:
            if not_offered(error):
                return None
            raise

    def _take(self, value: T | None) -> None:
        self.value = value
        self._refused = value is None
