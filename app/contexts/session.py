"""Who is signed in: the token pair, its renewal and its end (R33).

One renewal at a time, in this tab and across tabs: whoever holds the lock renews, the others adopt what it stored. A
renewal that answers after sign-out is thrown away. Refuses to know what the tokens are used for.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.api.activity import Activity
from app.api.errors import NotSignedIn
from app.core.bus import Bus
from app.ports import Closable, Ports, Response, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer
from app.wire.auth import Tokens, keep_tokens, read_tokens
from app.wire.errors import Problem, read_problem
from app.wire.fields import MalformedAnswer

KEY = "podi.session"
SHORTEST_LIFE_S = 1.0
LONGEST_LIFE_S = 1e9
AGAIN_S = 15.0
JSON_HEADERS = {"content-type": "application/json", "accept": "application/json"}


class Ending(StrEnum):
    """Why a session ended."""

    ASKED = "asked"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"


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

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        activity: Activity,
        *,
        renew_before_s: float,
        answer_within_s: float,
    ) -> None:
        self._http = ports.http
        self._store = ports.store
        self._lock = ports.lock
        self._clock = ports.clock
        self._bus = bus
        self._activity = activity
        self._renew_before_s = renew_before_s
        self._answer_within_s = answer_within_s
        self._tokens: Tokens | None = None
        self._refused: str | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._episode = 0
        self._background = BackgroundTasks(ports.report)
        self._alarm = DeadlineTimer(ports.timers, self._renewal_due)
        self._watch: Closable = ports.store.on_change(self._stored_elsewhere)
        self.may_renew_by_itself: Callable[[], bool] = lambda: True
        self.ending: Ending | None = None
        """How the last session of this visit ended."""

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
        """Whether the access token is good no longer, as far as can be told: refused, or past its time."""
        tokens = self._tokens
        return tokens is not None and (tokens.access == self._refused or self._expires_at(tokens) <= self._clock.wall())

    def restore(self) -> None:
        """Take up the session this browser keeps from an earlier visit, if there is one."""
        tokens = self._read_store()
        if tokens is not None:
            self._begin(tokens, anew=False)

    async def sign_in(self, username: str, password: str) -> None:
        """Sign in; raise ``SignInRefused``, or ``TransportError`` if nobody answered."""
        name = "email" if "@" in username else "username"
        answer = await self._post("/api/auth/login", {name: username, "password": password})
        if not answer.ok:
            raise SignInRefused(read_problem(answer.status, answer.text))
        try:
            tokens = read_tokens(answer.text)
        except MalformedAnswer:
            raise SignInRefused(Problem(answer.status, "UNREADABLE_ANSWER")) from None
        self.sign_out(Ending.ELSEWHERE)
        self._begin(self._stamped(tokens, username), anew=True)

    def sign_out(self, why: Ending = Ending.ASKED) -> None:
        """End the session here and, unless it ended elsewhere, in every tab."""
        if self._tokens is None:
            return
        self._tokens = self._refused = None
        self.ending = why
        self._episode += 1
        self._alarm.set(None)
        self._give_up_renewal()
        if why is not Ending.ELSEWHERE:
            self._store.remove(KEY)
        self._bus.publish(SignedOut(why))

    def demote(self) -> None:
        """The server says this user is no admin (any more)."""
        if self._tokens is not None and self._tokens.role != "user":
            self._tokens = replace(self._tokens, role="user")
            self._bus.publish(RoleChanged("user"))

    async def token(self) -> str:
        """Return an access token that is good as far as can be told; renew it first if need be."""
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

    async def _other_than(self, old: str) -> str:
        """Renew, or join the renewal under way, unless that has been done meanwhile."""
        if self._tokens is None:
            raise NotSignedIn
        if self._tokens.access == old:
            if self._renewing is None:
                self._renewing = asyncio.ensure_future(self._renew(old))
                self._renewing.add_done_callback(self._renewal_over)
            renewing = self._renewing
            await asyncio.wait([renewing])
            if not renewing.cancelled():
                renewing.result()
        if self._tokens is None:
            raise NotSignedIn
        return self._tokens.access

    def renew_if_due(self) -> None:
        """Renew ahead of the expiry if that time came during a pause."""
        self._plan()

    def close(self) -> None:
        """Let go of timers and listeners; the stored session stays."""
        self._give_up_renewal()
        self._alarm.close()
        self._background.close()
        self._watch.close()

    async def _renew(self, refused: str) -> None:
        episode = self._episode
        held = await self._lock.acquire()
        try:
            mine = self._tokens
            if episode != self._episode or mine is None or mine.access != refused or self._adopt_stored(mine):
                return
            answer = await self._post("/api/auth/refresh", {"refreshToken": mine.refresh})
            if episode != self._episode:
                return
            if answer.ok:
                try:
                    self._adopt(self._stamped(read_tokens(answer.text), mine.name), store=True)
                except MalformedAnswer:
                    raise TransportError("the refresh answer cannot be read") from None
            elif answer.status in {400, 401, 403, 422}:
                if not self._adopt_stored(mine):
                    self._renewing = None
                    self.sign_out(Ending.EXPIRED)
            else:
                raise TransportError(f"refresh answered {answer.status}")
        finally:
            held.close()

    def _adopt_stored(self, mine: Tokens) -> bool:
        """Take up the pair another tab has renewed meanwhile; a store that refused to be written holds an older one."""
        stored = self._read_store()
        if stored is None or stored.user_id != mine.user_id or stored.refresh == mine.refresh:
            return False
        if stored.expires_at is not None and mine.expires_at is not None and stored.expires_at < mine.expires_at:
            return False
        self._adopt(stored)
        return True

    def _give_up_renewal(self) -> None:
        self._background.cancel()
        renewing, self._renewing = self._renewing, None
        if renewing is not None:
            renewing.cancel()

    def _renewal_over(self, renewal: asyncio.Task[None]) -> None:
        if self._renewing is renewal:
            self._renewing = None
        if not renewal.cancelled():
            renewal.exception()

    def _begin(self, tokens: Tokens, *, anew: bool) -> None:
        self._tokens = tokens
        if anew:
            self._store.set(KEY, keep_tokens(tokens))
        self._plan()
        self._bus.publish(SignedIn(tokens.user_id, tokens.role, anew))

    def _adopt(self, tokens: Tokens, *, store: bool = False) -> None:
        role = self.role
        self._tokens = tokens
        if store:
            self._store.set(KEY, keep_tokens(tokens))
        self._plan()
        if tokens.role != role:
            self._bus.publish(RoleChanged(tokens.role))

    def _stamped(self, tokens: Tokens, name: str | None) -> Tokens:
        return replace(tokens, obtained_at=self._clock.wall(), name=name)

    def _expires_at(self, tokens: Tokens) -> float:
        """Return the expiry by this device's clock, which need not agree with the server's."""
        if tokens.obtained_at is not None and tokens.lifetime_s is not None:
            return tokens.obtained_at + tokens.lifetime_s
        return tokens.expires_at if tokens.expires_at is not None else float("inf")

    def _plan(self) -> None:
        """Renew ahead of the expiry; a short-lived pair at half its time, and none more than once a second."""
        if self._tokens is None:
            return
        left = self._expires_at(self._tokens) - self._clock.wall()
        ahead = max(left - self._renew_before_s, min(left / 2, self._renew_before_s), SHORTEST_LIFE_S)
        self._alarm.set(self._clock.monotonic() + ahead if ahead < LONGEST_LIFE_S else None)

    def _renewal_due(self) -> None:
        if self._tokens is not None and self.may_renew_by_itself():
            self._background.spawn(self._renew_ahead(self._tokens.access))

    async def _renew_ahead(self, access: str) -> None:
        try:
            await self._other_than(access)
        except NotSignedIn:
            return
        except TransportError:
            self._alarm.set(self._clock.monotonic() + AGAIN_S)

    def _read_store(self) -> Tokens | None:
        text = self._store.get(KEY)
        if text is None:
            return None
        try:
            return read_tokens(text)
        except MalformedAnswer:
            self._store.remove(KEY)
            return None

    def _stored_elsewhere(self, key: str, value: str | None) -> None:
        if key != KEY:
            return
        if value is None:
            self.sign_out(Ending.ELSEWHERE)
            return
        stored = self._read_store()
        if stored is None or (self._tokens is not None and stored.access == self._tokens.access):
            return
        if self._tokens is None:
            self._begin(stored, anew=False)
        elif stored.user_id == self._tokens.user_id:
            self._adopt(stored)
        else:
            self.sign_out(Ending.ELSEWHERE)
            self._begin(stored, anew=False)

    async def _post(self, path: str, body: Mapping[str, object]) -> Response:
        self._activity.requests[f"POST {path}"] += 1
        return await self._http.request(
            "POST", path, headers=JSON_HEADERS, body=json.dumps(body), timeout_s=self._answer_within_s
        )
