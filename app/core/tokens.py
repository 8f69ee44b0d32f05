"""The token pair of a session: when it ends, when to renew it, and which of two is the newer one (R33).

Two clocks take part, the device's and the server's, which need not agree (docs/decisions/coming-back.md). Refuses to
know where pairs come from.
"""

from dataclasses import dataclass

SHORTEST_LIFE_S = 1.0
LONGEST_LIFE_S = 1e9


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token pair. ``expires_at`` is by the server's clock, ``obtained_at`` by ours, both epoch seconds.

    ``name`` is what the user typed. The text of a pair never shows a token.
    """

    access: str
    refresh: str
    user_id: str
    role: str
    expires_at: float | None
    lifetime_s: float | None
    obtained_at: float | None = None
    name: str | None = None

    def __repr__(self) -> str:
        return f"Tokens(user_id={self.user_id!r}, role={self.role!r})"

    @property
    def ends_at(self) -> float:
        """When the access token ends by this device's clock, epoch seconds; infinity if nothing says so.

        The lifetime counts from when the pair came, for the token's own expiry is by the server's clock.
        """
        if self.obtained_at is not None and self.lifetime_s is not None:
            return self.obtained_at + self.lifetime_s
        return self.expires_at if self.expires_at is not None else float("inf")

    def renewal_wait_s(self, wall_now: float, ahead_s: float) -> float | None:
        """Return the seconds until the pair is due to be renewed, ``ahead_s`` before it ends; ``None`` for never.

        A short-lived pair is renewed at half its time, and none within the second: a server whose tokens are old at
        birth would be asked without end.
        """
        left_s = self.ends_at - wall_now
        wait_s = max(left_s - ahead_s, min(left_s / 2, ahead_s), SHORTEST_LIFE_S)
        return wait_s if wait_s < LONGEST_LIFE_S else None

    def replaces(self, other: "Tokens") -> bool:
        """Return whether this is the pair that somebody else renewed ``other`` into.

        A store that refuses to be written still holds an older pair; that one replaces nothing.
        """
        if self.user_id != other.user_id or self.refresh == other.refresh:
            return False
        return self.expires_at is None or other.expires_at is None or self.expires_at >= other.expires_at
