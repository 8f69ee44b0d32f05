"""Who is signed in: the token pair, its renewal and its end (R33).

One renewal at a time, in this tab and across tabs: whoever holds the lock renews, the others adopt what it stored. A
renewal that answers after sign-out is thrown away. When a pair is renewed is decided in ``app.core.tokens``, what the
server's answers mean in ``app.api.auth``. Refuses to know what the tokens are used for.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from app.api.auth import Auth, Denied, Issued, Unavailable
from app.api.errors import NotSignedIn
from app.contexts.session_store import SessionStore
from app.core.bus import Bus
from app.core.renewal import ANOTHERS_S, Renewal
from app.core.tokens import Tokens
from app.ports import Closable, Ports, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer
from app.scheduling.single_flight import SingleFlight
from app.wire.errors import Problem

AGAIN_S = 15.0


class Ending(StrEnum):
    """Why a session ended."""

    ASKED = "asked"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"
    ACCOUNT_GONE = "account-gone"
    ACCOUNT_INACTIVE = "account-inactive"


_ENDINGS = {"USER_NOT_FOUND": Ending.ACCOUNT_GONE, "USER_INACTIVE": Ending.ACCOUNT_INACTIVE}
"""What the API says of an account when it refuses to renew its tokens; anything else has just run out."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """On the bus: somebody is signed in; ``anew`` if it was not just a reload."""

    user_id: str
    role: str
    anew: bool


@dataclass(frozen=True, slots=True)
class SignedOut:
    """On the bus: nobody is signed in any more."""

    why: Ending


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """On the bus: the same user may now do less, or more."""

    role: str


class SignInRefused(Exception):
    """The server refused a sign-in; ``problem`` says how."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code or f"HTTP {problem.status}")
        self.problem = problem


class Session:
    """The session of this tab."""

    def __init__(self, ports: Ports, bus: Bus, auth: Auth, *, renew_before_s: float) -> None:
        self._store = SessionStore(ports.store)
        self._lock = ports.lock
        self._clock = ports.clock
        self._timers = ports.timers
        self._bus = bus
        self._auth = auth
        self._renew_before_s = renew_before_s
        # The pair of whoever is signed in; ``None`` for nobody.
        self._tokens: Tokens | None = None
        # The access token that the server refused: it is not offered again while its renewal hangs or fails.
        self._refused: str | None = None
        # The pair was renewed, and no answer has shown yet that it is good.
        self._fresh = False
        # When a renewal may be tried again: one memory for all who need a token.
        self._renewal_rule = Renewal(ports.random)
        # The renewal under way, which all callers in this tab share.
        self._renewal = SingleFlight()
        # Which session this is, counted up at sign-out: a renewal that was begun in another one changes nothing.
        self._episode = 0
        self._background = BackgroundTasks(ports.report)
        self._timer = DeadlineTimer(ports.timers, self._renewal_due)
        self._watch: Closable = self._store.on_change(self._stored_elsewhere, lambda: self.sign_out(Ending.ELSEWHERE))
        # Whether a renewal may begin without a caller: not during a pause (R17). The monitor says so.
        self.may_renew_by_itself: Callable[[], bool] = lambda: True
        # How the last session of this visit ended, for the sign-in form.
        self.ending: Ending | None = None

    @property
    def user_id(self) -> str | None:
        """The signed-in user's id."""
        return self._tokens.user_id if self._tokens else None

    @property
    def name(self) -> str | None:
        """What the user signed in as."""
        return self._tokens.name or self._tokens.user_id if self._tokens else None

    @property
    def role(self) -> str | None:
        """The signed-in user's role, ``user`` or ``admin``."""
        return self._tokens.role if self._tokens else None

    @property
    def access_token(self) -> str | None:
        """The access token as it is now, expired or not."""
        return self._tokens.access if self._tokens else None

    @property
    def expired(self) -> bool:
        """Whether the access token is good no longer, as far as is known: refused, or past its time."""
        tokens = self._tokens
        return tokens is not None and (tokens.access == self._refused or tokens.ends_at <= self._clock.wall())

    def restore(self) -> None:
        """Take up the session this browser keeps from an earlier visit, if there is one."""
        tokens = self._store.read()
        if tokens is not None:
            self._begin(tokens, anew=False)

    async def sign_in(self, username: str, password: str) -> None:
        """Sign in; raise ``SignInRefused``, or ``TransportError`` if nobody answered."""
        match await self._auth.log_in(username, password):
            case Issued(tokens):
                self.sign_out(Ending.ELSEWHERE)
                self._begin(tokens, anew=True)
            case Denied(problem):
                raise SignInRefused(problem)
            case Unavailable(why):
                raise TransportError(why)

    def sign_out(self, why: Ending = Ending.ASKED) -> None:
        """End the session here and, unless it ended elsewhere, in every tab."""
        if self._tokens is None:
            return
        self._tokens = self._refused = None
        self._fresh = False
        self._renewal_rule.clear()
        self.ending = why
        self._episode += 1
        self._timer.set(None)
        self._give_up_renewal()
        if why is not Ending.ELSEWHERE:
            self._store.remove()
        self._bus.publish(SignedOut(why))

    def demote(self) -> None:
        """The server says this user is no admin (any more)."""
        if self._tokens is not None and self._tokens.role != "user":
            self._tokens = replace(self._tokens, role="user")
            self._bus.publish(RoleChanged("user"))

    async def token(self) -> str:
        """Return an access token that is good as far as is known; renew it first if need be."""
        tokens = self._tokens
        if tokens is None:
            raise NotSignedIn
        if self.expired:
            return await self._other_than(tokens.access)
        return tokens.access

    async def renewed(self, refused: str) -> str:
        """Return a token other than the ``refused`` one, which is not offered again.

        Raises ``NotSignedIn`` if the server refuses the refresh token, ``TransportError`` if nobody answers.
        """
        self._refused = refused
        return await self._other_than(refused)

    def accepted(self, token: str) -> None:
        """A token was not refused: what others met before it does not count any more."""
        if self._fresh and self._tokens is not None and token == self._tokens.access:
            self._fresh = False
            self._renewal_rule.accepted()

    def refused(self, token: str, *, own: bool) -> None:
        """A token was refused, ``own`` if by the API's own word; one that was just renewed may end the session."""
        if self._tokens is None or token != self._tokens.access or token == self._refused:
            return
        self._refused = token
        if self._fresh and self._renewal_rule.refused(self._clock.monotonic(), own=own):
            self.sign_out(Ending.EXPIRED)

    def hurry(self) -> None:
        """The user asked: a renewal that waits is tried by whoever needs a token next."""
        self._renewal_rule.hurry()

    def renew_if_due(self) -> None:
        """Renew ahead of the expiry if that time came during a pause."""
        self._plan()

    def close(self) -> None:
        """Let go of timers and listeners; the stored session stays."""
        self._give_up_renewal()
        self._timer.close()
        self._background.close()
        self._watch.close()

    async def _other_than(self, old: str) -> str:
        """Renew, or join the renewal under way, unless that has been done meanwhile."""
        if self._tokens is None:
            raise NotSignedIn
        if self._tokens.access == old:
            now = self._clock.monotonic()
            if not self._renewal.running and self._renewal_rule.due_at(now) > now:
                raise TransportError("the token's renewal waits after a failure")
            await self._renewal.join(lambda: self._renew(old))
        if self._tokens is None:
            raise NotSignedIn
        return self._tokens.access

    async def _renew(self, refused: str) -> None:
        """Renew as the only one of all tabs; raise ``TransportError`` if that was not to be had."""
        episode = self._episode
        held = await self._lock.acquire()
        try:
            mine = self._tokens
            if episode != self._episode or mine is None or mine.access != refused or self._adopt_stored(mine):
                return
            outcome = await self._auth.renew(mine)
            if episode != self._episode:
                return
            match outcome:
                case Issued(tokens):
                    self._renewal_rule.succeeded()
                    self._fresh = True
                    self._adopt(tokens, store=True)
                case Denied(problem) if not await self._renewed_elsewhere(
                    mine, alone=held.exclusive or problem.code in _ENDINGS
                ):
                    self.sign_out(_ENDINGS.get(problem.code or "", Ending.EXPIRED))
                case Unavailable(why, retry_after_s):
                    self._renewal_rule.failed(self._clock.monotonic(), retry_after_s)
                    raise TransportError(why)
        finally:
            held.close()

    async def _renewed_elsewhere(self, mine: Tokens, *, alone: bool) -> bool:
        """Return whether another tab has renewed meanwhile; wait for its pair if it may be about to (not ``alone``)."""
        if self._adopt_stored(mine):
            return True
        if not alone:
            over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            timer = self._timers.call_at(self._clock.monotonic() + ANOTHERS_S, partial(over.set_result, None))
            try:
                await over
            finally:
                timer.close()
        return self._tokens is not mine or self._adopt_stored(mine)

    def _adopt_stored(self, mine: Tokens) -> bool:
        """Take up the pair another tab has renewed meanwhile, if there is one."""
        stored = self._store.read()
        if stored is None or not stored.replaces(mine):
            return False
        self._adopt(stored)
        return True

    def _give_up_renewal(self) -> None:
        self._background.cancel()
        self._renewal.cancel()

    def _begin(self, tokens: Tokens, *, anew: bool) -> None:
        self._tokens = tokens
        if anew:
            self._store.write(tokens)
        self._plan()
        self._bus.publish(SignedIn(tokens.user_id, tokens.role, anew))

    def _adopt(self, tokens: Tokens, *, store: bool = False) -> None:
        role = self.role
        self._tokens = tokens
        if store:
            self._store.write(tokens)
        self._plan()
        if tokens.role != role:
            self._bus.publish(RoleChanged(tokens.role))

    def _plan(self) -> None:
        if self._tokens is not None:
            wait_s = self._tokens.renewal_wait_s(self._clock.wall(), self._renew_before_s)
            self._timer.set(None if wait_s is None else self._clock.monotonic() + wait_s)

    def _renewal_due(self) -> None:
        if self._tokens is not None and self.may_renew_by_itself():
            self._background.spawn(self._renew_ahead(self._tokens.access))

    async def _renew_ahead(self, access: str) -> None:
        try:
            await self._other_than(access)
        except NotSignedIn:
            return
        except TransportError:
            now = self._clock.monotonic()
            self._timer.set(max(now + AGAIN_S, self._renewal_rule.due_at(now)))

    def _stored_elsewhere(self, stored: Tokens) -> None:
        """Follow another tab, which signed in or renewed the pair."""
        mine = self._tokens
        if mine is None:
            self._begin(stored, anew=False)
        elif stored.user_id != mine.user_id:
            self.sign_out(Ending.ELSEWHERE)
            self._begin(stored, anew=False)
        elif stored.access != mine.access:
            self._adopt(stored)
