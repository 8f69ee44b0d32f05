"""The token pair as this browser keeps it: for the next visit, and for the other tabs (R33)."""

from collections.abc import Callable

from app.core.tokens import Tokens
from app.ports import Closable, Store
from app.wire.auth import keep_tokens, read_tokens
from app.wire.fields import MalformedAnswer

KEY = "podi.session"
REMEMBERED_KEY = "podi.remembered"
"""Names the user whose ended jobs this browser remembers (R48); without it, what is remembered is nobody's."""


class SessionStore:
    """One pair. What makes no sense is removed, and is as good as none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self) -> Tokens | None:
        """Return the pair, if there is one."""
        text = self._store.get(KEY)
        if text is None:
            return None
        try:
            return read_tokens(text)
        except MalformedAnswer:
            self.remove()
            return None

    def write(self, tokens: Tokens) -> None:
        """Keep a pair, if the browser lets us."""
        self._store.set(KEY, keep_tokens(tokens))

    def remove(self) -> None:
        """Keep none, in any tab."""
        self._store.remove(KEY)
        self._store.remove(REMEMBERED_KEY)

    def on_change(self, wrote: Callable[[Tokens], None], removed: Callable[[], None]) -> Closable:
        """Call back when another tab wrote a pair, or removed it."""

        def changed(key: str, value: str | None) -> None:
            if key != KEY:
                return
            if value is None:
                removed()
            elif (tokens := self.read()) is not None:
                wrote(tokens)

        return self._store.on_change(changed)
