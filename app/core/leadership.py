"""Which page of a browser owns the connection and the polling: events and the time go in, effects come out (R43).

Rules:
 1. Every page of the group queues for one lock. Whoever gets it holds in a new term, later than all it knows of.
 2. A visible holder beats while another visible page is there, and answers every hello with a beat.
 3. A holder that is hidden while it knows of a visible page, or receives its hello while hidden, gives the lock up and
    queues again; a visible page that receives the beat of a hidden one says hello. A hidden page that gets the lock
    keeps it until it receives a hello: handing it on unasked would never end where the visible page is frozen. While
    all are hidden the holder keeps the lock (R44).
 4. A visible page that receives no beat of a visible holder for ``stale_s`` takes the lock away from whoever has it:
    that one is frozen. A little is added by chance, so that of several pages one comes first.
 5. A beat of a later term makes a holder stand down, the loss of the lock too; one of an earlier term is answered.
 6. A tick that comes late means that this page slept: it waits anew before it takes anything away.
 7. A visible page that said nothing for ``gone_s`` is gone. A hidden one need not speak: it is asked by each new term.

So there may be two holders for a moment, the older frozen or unaware of it, but never two of one term, and the others
follow the later. Refuses to know what is relayed (docs/decisions/one-connection.md).
"""

from collections.abc import Callable
from enum import StrEnum

from app.core.leadership_events import (
    Acquired,
    BeatReceived,
    ByeReceived,
    Changed,
    Claim,
    Effect,
    GiveUp,
    HelloReceived,
    Input,
    Join,
    Leave,
    Lost,
    SendBeat,
    SendBye,
    SendHello,
    Term,
    Tick,
    Visibility,
)

BEAT_S = 0.2
STALE_S = 0.6
SPREAD_S = 0.2
HELLO_S = 2.0
GONE_S = 6.0


class Role(StrEnum):
    """What a page is in its group; alone while that is not decided."""

    ALONE = "alone"
    FOLLOWER = "follower"
    HOLDER = "holder"


class Leadership:
    """One page's view of the group."""

    def __init__(self, page: str, random: Callable[[], float]) -> None:
        self.page = page
        self._random = random
        self.role = Role.ALONE
        # The latest known term; kept after leaving, so that the next one is later still.
        self.term = Term(0, "")
        # The visible page that can be asked, for a follower; ``None`` while nobody is known to hold.
        self.holder: str | None = None
        # When ``handle(Tick())`` is wanted next, in monotonic seconds.
        self.deadline: float | None = None
        self._joined = False
        self._hidden = False
        # The others: whether each is hidden, and when it last spoke.
        self._others: dict[str, tuple[bool, float]] = {}
        # When a visible holder last beat, or from when a beat has to come; and how long that may take.
        self._received_at = 0.0
        self._stale_after_s = STALE_S
        # When the latest term was first known: whoever has not spoken since may be gone (rule 7).
        self._term_at = 0.0
        self._beat_at = self._hello_at = 0.0

    @property
    def pages(self) -> int:
        """How many pages share, this one included."""
        return 1 + len(self._others)

    @property
    def watched(self) -> bool:
        """Whether another page is visible."""
        return any(not hidden for hidden, _ in self._others.values())

    @property
    def serves(self) -> bool:
        """Whether this page receives and reads for others too."""
        return self.role is Role.HOLDER and self.pages > 1

    def handle(self, event: Input, now: float) -> list[Effect]:
        """Take one input at ``now`` (seconds, monotonic) and return what is to be done, in order."""
        if not self._joined and not isinstance(event, Join):
            if isinstance(event, BeatReceived):
                self.term = max(self.term, event.term)
            return []
        before = self.role, self.holder, self.term, self.pages
        effects = self._take(event, now)
        if before != (self.role, self.holder, self.term, self.pages):
            # Before anything is sent: a beat says what the connection of this very term is like.
            effects.insert(0, Changed())
        self._plan()
        return effects

    def _take(self, event: Input, now: float) -> list[Effect]:
        match event:
            case Join(hidden):
                return self._join(hidden, now)
            case Leave():
                return self._leave()
            case Visibility(hidden):
                return self._seen(hidden, now)
            case Acquired():
                return self._acquired(now)
            case Lost():
                return self._stand_down(now)
            case BeatReceived(term, hidden):
                return self._beat(term, hidden, now)
            case HelloReceived(page, hidden):
                return self._hello(page, hidden, now)
            case ByeReceived(page):
                self._others.pop(page, None)
                if page == self.holder:
                    self.holder = None
                return []
            case Tick():
                return self._tick(now)

    def _join(self, hidden: bool, now: float) -> list[Effect]:
        if self._joined:
            return []
        self._joined = True
        self._hidden = hidden
        self._watch(now)
        self._hello_at = self._term_at = now
        return [SendHello(), Claim(steal=False)]

    def _leave(self) -> list[Effect]:
        self._joined = False
        self.role = Role.ALONE
        self.holder = None
        self._others.clear()
        return [SendBye(), GiveUp()]

    def _seen(self, hidden: bool, now: float) -> list[Effect]:
        self._hidden = hidden
        self._hello_at = now
        self._watch(now)
        if self.role is not Role.HOLDER:
            return [SendHello()]
        if hidden and self.watched:
            return [*self._stand_down(now), SendHello()]
        return [self._say_beat(now)]

    def _acquired(self, now: float) -> list[Effect]:
        # Hidden or not: the visible pages answer its beat and get the lock (rule 3), unless they are frozen.
        self.role = Role.HOLDER
        self.term = Term(self.term.number + 1, self.page)
        self._term_at = now
        self.holder = None
        return [self._say_beat(now)]

    def _stand_down(self, now: float) -> list[Effect]:
        """Let whoever is first in the queue have the lock, and queue again."""
        self.role = Role.FOLLOWER
        self.holder = None
        self._watch(now)
        return [GiveUp(), Claim(steal=False)]

    def _beat(self, term: Term, hidden: bool, now: float) -> list[Effect]:
        if term < self.term:
            return [self._say_beat(now)] if self.role is Role.HOLDER else []
        if term.page == self.page:
            return []
        effects: list[Effect] = self._stand_down(now) if self.role is Role.HOLDER else []
        self.role = Role.FOLLOWER
        self._others[term.page] = (hidden, now)
        if term != self.term:
            self._term_at = now
            effects.append(self._say_hello(now))
        elif hidden and not self._hidden:
            effects.append(self._say_hello(now))
        self.term = term
        self.holder = None if hidden else term.page
        if not hidden:
            self._watch(now)
        return effects

    def _hello(self, page: str, hidden: bool, now: float) -> list[Effect]:
        self._others[page] = (hidden, now)
        if page == self.holder and hidden:
            self.holder = None
        if self.role is not Role.HOLDER:
            return []
        if self._hidden and not hidden:
            return self._stand_down(now)
        return [self._say_beat(now)]

    def _tick(self, now: float) -> list[Effect]:
        if self.deadline is None or now < self.deadline:
            return []
        if now > self.deadline + STALE_S / 2:
            self._watch(now)
        self._forget_gone(now)
        effects: list[Effect] = []
        if self.role is Role.HOLDER:
            if now >= self._beat_at + BEAT_S:
                effects.append(self._say_beat(now))
            return effects
        if now >= self._hello_at + HELLO_S:
            effects.append(self._say_hello(now))
        if now >= self._received_at + self._stale_after_s:
            self.holder = None
            self._watch(now)
            effects += [GiveUp(), Claim(steal=True)]
        return effects

    def _forget_gone(self, now: float) -> None:
        for page, (hidden, received_at) in tuple(self._others.items()):
            since = max(received_at, self._term_at) if hidden else received_at
            if now > since + GONE_S and (not hidden or received_at < self._term_at):
                del self._others[page]

    def _watch(self, now: float) -> None:
        self._received_at = now
        self._stale_after_s = STALE_S + SPREAD_S * self._random()

    def _say_beat(self, now: float) -> SendBeat:
        self._beat_at = now
        return SendBeat()

    def _say_hello(self, now: float) -> SendHello:
        self._hello_at = now
        return SendHello()

    def _plan(self) -> None:
        """Set the deadline: none while hidden, and none for a holder that nobody watches."""
        if not self._joined or self._hidden:
            self.deadline = None
        elif self.role is Role.HOLDER:
            self.deadline = self._beat_at + BEAT_S if self.watched else None
        else:
            self.deadline = min(self._received_at + self._stale_after_s, self._hello_at + HELLO_S)
