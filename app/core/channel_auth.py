"""How the realtime channel shows who it is, where the setting leaves it to the page (R55).

A browser cannot set a header on a socket. The token is offered as a subprotocol first. A server that knows none of it,
as the product is behind a plain proxy, refuses such a handshake, which looks like any other failure: so after two
attempts that never opened, and a REST read in which the same token was good, one attempt is made without. If it brings
a frame, or stays open for the steady time, it is what this server takes, until it refuses a socket for the token that
is missing.
"""

from typing import Literal

Mode = Literal["subprotocol", "query", "none"]


class ChannelAuth:
    """Chooses for each attempt."""

    def __init__(self, setting: Literal["auto", "subprotocol", "query", "none"]) -> None:
        self._auto = setting == "auto"
        # What is known to be taken, or to be tried first.
        self._settled: Mode = "subprotocol" if setting == "auto" else setting
        # Whether the attempt to come, or the connection that it made, is the one without.
        self.on_trial = False

    @property
    def mode(self) -> Mode:
        """What the next attempt uses, or the connection that is open."""
        return "none" if self.on_trial else self._settled

    @property
    def found_out(self) -> bool:
        """Whether it turned out that this server wants no token."""
        return self._auto and self.mode == "none"

    @property
    def chosen(self) -> Mode | None:
        """What the page chose by itself; ``None`` if the setting says it."""
        return self.mode if self._auto else None

    def token_was_good(self) -> None:
        """Two attempts never opened, and a REST read with the same token succeeded."""
        self.on_trial = self._auto and self._settled == "subprotocol"

    def proven(self) -> None:
        """A frame arrived, or it lasted: a server may open a socket and close it at once for want of a token."""
        self._settled = self.mode
        self.on_trial = False

    def refused(self) -> bool:
        """A socket was refused for its token; return whether it had shown none.

        Then the token is as good as before, and this server wants one.
        """
        without = self.found_out
        if without:
            self._settled = "subprotocol"
            self.on_trial = False
        return without

    def failed(self) -> None:
        """The attempt did not open, or what it opened was closed."""
        self.on_trial = False
