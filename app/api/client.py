"""The backend's routes as calls that take and return core values.

A 401 renews the token once and retries. An answer that comes after the user has changed is dropped. Refuses to decide
when to read.
"""

import json
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar
from urllib.parse import quote, urlencode

from app.api.activity import Activity
from app.api.errors import NotAllowed, NotFound, NotSignedIn, Refused, Unreachable, Unreadable
from app.core.points import Points
from app.core.queues import QueueSummary
from app.core.records import AbilityTask, Task
from app.ports import Ports, Response, TransportError
from app.wire.ability_tasks import read_ability_task, read_ability_tasks
from app.wire.errors import Problem, read_http_date, read_problem, read_retry_after
from app.wire.fields import MalformedAnswer
from app.wire.queues import read_queue_summary
from app.wire.tasks import read_task, read_task_list
from app.wire.wallet import read_points

T = TypeVar("T")

TASKS = "/api/tasks/v1"
ABILITY_TASKS = "/api/ability-tasks"
POINTS = "/api/wallet/v1/statistics"
MOST_TASKS = 50
MOST_ABILITY_TASKS = 200
_PATH_STEPS = frozenset({".", ".."})
"""No server has such an id, and a browser would take it for a step to another route."""
NOT_AN_ADMIN = "ADMIN_ONLY"


class Bearer(Protocol):
    """The session on whose behalf the calls are made."""

    @property
    def user_id(self) -> str | None:
        """The user's id; ``None`` when nobody is signed in."""

    async def token(self) -> str:
        """Return an access token; raise ``NotSignedIn``, or ``TransportError`` if it could not be renewed."""

    async def renewed(self, refused: str) -> str:
        """Return a token other than the refused one; raise as ``token`` does."""

    def accepted(self, token: str) -> None:
        """Take note that a token was not refused."""

    def refused(self, token: str, *, own: bool) -> None:
        """Take note that a token was refused; ``own`` if by the API's own word."""


class Api:
    """Calls to the backend on behalf of the signed-in user."""

    def __init__(self, ports: Ports, bearer: Bearer, activity: Activity, *, answer_within_s: float) -> None:
        self._http = ports.http
        self._bearer = bearer
        self._clock = ports.clock
        self._activity = activity
        self._answer_within_s = answer_within_s
        # Called after each answer that could be read: the server is reachable.
        self.answered: Callable[[], None] = lambda: None
        # When that was last, in monotonic seconds.
        self.last_answer_at: float | None = None
        self.server_clock = activity.server_clock

    async def tasks(self, *, page: int = 0, size: int = MOST_TASKS, word: str | None = None) -> tuple[list[Task], int]:
        """Return a page of the user's tasks, newest first, and how many there are in all.

        With ``word``, only of those of which the server says exactly that for a status.
        """
        query = self._of_tasks(page, size) + ("" if word is None else "&" + urlencode({"status": word}))
        return await self.get(TASKS, query, read_task_list)

    async def task(self, job_id: str) -> Task:
        """Return one task; the server answers ``pending`` for ids it does not know (R11)."""
        return await self.get("/api/tasks/v1/{id}", "", read_task, job_id)

    async def ability_tasks(self, *, limit: int = MOST_ABILITY_TASKS) -> tuple[list[AbilityTask], int]:
        """Return the user's newest ability tasks, and how many were listed, readable or not."""
        return await self.get(ABILITY_TASKS, f"?limit={limit}", read_ability_tasks)

    async def ability_task(self, job_id: str) -> AbilityTask:
        """Return one ability task; ``NotFound`` if the server does not know it."""
        return await self.get("/api/ability-tasks/{id}", "", read_ability_task, job_id)

    async def submit_ability_task(self, body: Mapping[str, object]) -> AbilityTask:
        """Submit an ability task."""
        return await self.post(ABILITY_TASKS, body, read_ability_task)

    async def queues(self) -> QueueSummary:
        """Return the ComfyUI queues."""
        return await self.get("/api/admin/comfyui/queue-summary", "", read_queue_summary)

    async def points(self) -> Points:
        """Return the user's points."""
        return await self.get(POINTS, self._of_points(), read_points)

    async def get(self, route: str, query: str, read: Callable[[str], T], resource_id: str = "") -> T:
        """Read a route; those that only late pages use have modules of their own.

        ``read`` makes a value of the answer; ``query`` is empty or begins with ``?``.
        """
        return await self._call("GET", route, query, resource_id, None, read, self._answer_within_s)

    async def post(
        self,
        route: str,
        body: Mapping[str, object],
        read: Callable[[str], T],
        resource_id: str = "",
        timeout_s: float | None = None,
    ) -> T:
        """Send to a route; its answer is waited for as long as others are, or for ``timeout_s``."""
        return await self._call(
            "POST", route, "", resource_id, json.dumps(body), read, timeout_s or self._answer_within_s
        )

    @property
    def first_reads(self) -> tuple[str, ...]:
        """The paths of the newest tasks, the newest ability tasks and the points, exactly as they are requested."""
        newest = TASKS + self._of_tasks(0, MOST_TASKS)
        return newest, f"{ABILITY_TASKS}?limit={MOST_ABILITY_TASKS}", POINTS + self._of_points()

    def _of_tasks(self, page: int, size: int) -> str:
        return "?" + urlencode({"userId": self._user(), "page": page, "size": size})

    def _of_points(self) -> str:
        return "?" + urlencode({"userId": self._user()})

    def _user(self) -> str:
        user = self._bearer.user_id
        if user is None:
            raise NotSignedIn
        return user

    async def _call(
        self,
        method: str,
        route: str,
        query: str,
        resource_id: str,
        body: str | None,
        read: Callable[[str], T],
        timeout_s: float,
    ) -> T:
        if resource_id in _PATH_STEPS:
            raise NotFound(Problem(404))
        path = route.replace("{id}", quote(resource_id, safe="")) + query
        user = self._user()
        sent = False
        try:
            token = await self._bearer.token()
            sent = True
            answer = await self._request(method, route, path, token, body, timeout_s)
            self._judge(token, answer)
            if answer.status == 401 and self._bearer.user_id == user:
                sent = False
                token = await self._bearer.renewed(token)
                if self._bearer.user_id == user:
                    sent = True
                    answer = await self._request(method, route, path, token, body, timeout_s)
                    self._judge(token, answer)
        except TransportError as error:
            raise Unreachable(str(error), sent=sent) from None
        if self._bearer.user_id != user:
            raise NotSignedIn
        if answer.ok:
            return self._read(answer, read)
        raise self._refusal(answer)

    def _judge(self, token: str, answer: Response) -> None:
        """Report to the bearer what an answer means for its token."""
        if answer.status == 401:
            self._bearer.refused(token, own=read_problem(401, answer.text).own)
        else:
            self._bearer.accepted(token)

    async def _request(
        self, method: str, route: str, path: str, token: str, body: str | None, timeout_s: float
    ) -> Response:
        self._activity.requests[f"{method} {route}"] += 1
        headers = {"accept": "application/json", "authorization": f"Bearer {token}"}
        if body is not None:
            headers["content-type"] = "application/json"
        asked = self._clock.wall()
        answer = await self._http.request(method, path, headers=headers, body=body, timeout_s=timeout_s)
        date = read_http_date(answer.headers.get("date"))
        if date is not None:
            self.server_clock.observe(date, asked, self._clock.wall())
        return answer

    def _read(self, answer: Response, read: Callable[[str], T]) -> T:
        try:
            value = read(answer.text)
        except MalformedAnswer as error:
            raise Unreadable(str(error)) from None
        self.last_answer_at = self._clock.monotonic()
        self.answered()
        return value

    def _refusal(self, answer: Response) -> Refused:
        """Return what a refusal is; only the API's own codes say who may do what, and what there is (R33)."""
        problem = read_problem(answer.status, answer.text)
        code = problem.code or ""
        kind: type[Refused] = Refused
        if answer.status == 403 and code == NOT_AN_ADMIN:
            kind = NotAllowed
        elif answer.status == 404 and code.endswith("NOT_FOUND"):
            kind = NotFound
        retry_after_s = None
        if answer.status in {429, 503}:
            said = read_http_date(answer.headers.get("date"))
            now = self.server_clock.now(self._clock.wall()) if said is None else said
            retry_after_s = read_retry_after(answer.headers.get("retry-after"), now)
        return kind(problem, retry_after_s)
