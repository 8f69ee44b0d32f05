"""Load on a host, from a process of its own: many sockets, a steady stream of requests, and what each socket was sent.

    python -m testkit.load http://127.0.0.1:8000 --sockets 200 --rate 50 --seconds 10

Prints JSON: the requests by status, and for each user the different streams that sockets were sent, with how many
sockets were sent just that. It ends when the jobs it submitted have ended and every socket has been sent all of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import uuid
from collections import Counter
from contextlib import AsyncExitStack
from itertools import cycle, islice
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

# Every socket is sent everybody's jobs and its own user's points; one of four belongs to the second user.
USERS = ("demo", "admin")
OWNERS = ("demo", "demo", "demo", "admin")
READS = ("/api/tasks/v1", "/api/ability-tasks", "/api/wallet/v1/statistics?userId=", "/api/abilities")
# One request of so many is a job; it takes this long on the host's clock.
READS_PER_JOB = 19
JOB_SECONDS = 2
PATIENCE_S = 60.0
OPEN = {"pending", "blocked", "processing", "queued", "running"}
END = "that was all"


def job(number: int) -> tuple[str, dict[str, Any]]:
    """Where the job is submitted, and the job: of either kind by turns, every third pair of them a failure."""
    outcome = "failed" if number // 2 % 3 == 2 else "succeeded"
    simulated = {"seconds": JOB_SECONDS, "outcome": outcome, "error": "no"}
    if number % 2:
        picture = "https://img.example/a.png"
        return "/api/ability-tasks", {
            "abilityId": "baidu_colourize",
            "imageUrl": picture,
            "metadata": {"simulate": simulated},
        }
    return "/api/tasks/v1/submit", {
        "taskId": f"tsk_{uuid.uuid4().hex[:12]}",
        "action": "wenshengtu",
        "userId": "",
        "channel": "web",
        "points": 3,
        "workflowParams": {"simulate": simulated},
    }


class Load:
    """The users, their sockets and their requests."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._socket_url = f"ws{url.removeprefix('http')}/api/notify/v1/stream"
        self._tokens: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()

    async def sign_in(self) -> None:
        """Sign every user in."""
        for user in USERS:
            answer = await self._client.post("/api/auth/login", json={"username": user, "password": user})
            self._tokens[user] = answer.raise_for_status().json()["accessToken"]

    async def open(self, user: str) -> ClientConnection:
        """A socket of a user. It is never pinged, for a busy machine may take its time to answer."""
        protocols = ["podi.v1", f"podi.bearer.{self._tokens[user]}"]
        return await connect(
            self._socket_url,
            subprotocols=protocols,  # type: ignore[arg-type]
            proxy=None,
            max_queue=None,
            ping_interval=None,
            open_timeout=PATIENCE_S,
        )

    async def ask(self, number: int) -> None:
        """The request with this number: now and then a job, for one user as often as for the other."""
        if number % (READS_PER_JOB + 1):
            await self._request("GET", READS[number % len(READS)], USERS[0])
        else:
            jobs = number // (READS_PER_JOB + 1)
            path, body = job(jobs)
            await self._request("POST", path, USERS[jobs // 2 % 2], json=body)

    async def send(self, rate: float, seconds: float) -> None:
        """Send requests at a rate, each when its time has come, whatever became of those before it."""
        begin = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as requests:
            for number in range(int(rate * seconds)):
                await asyncio.sleep(begin + number / rate - asyncio.get_running_loop().time())
                requests.create_task(self.ask(number))

    async def ended(self) -> None:
        """Return once no job is under way."""
        for user in USERS:
            for path in ("/api/tasks/v1?size=50", "/api/ability-tasks?limit=200"):
                while any(item["status"] in OPEN for item in (await self._request("GET", path, user))["items"]):
                    pass

    async def _request(self, method: str, path: str, user: str, **rest: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._tokens[user]}"}
        answer = await self._client.request(method, path, headers=headers, **rest)
        self.statuses[answer.status_code] += 1
        return answer.json()


async def stream(socket: ClientConnection) -> tuple[str, ...]:
    """All that a socket is sent, up to the echo of what was said last."""
    texts: list[str] = []
    async for text in socket:
        if END in str(text):
            return tuple(texts)
        texts.append(str(text))
    raise ConnectionError(f"a socket was closed after {len(texts)} frames")


async def run(url: str, sockets: int, rate: float, seconds: float) -> dict[str, Any]:
    """Put a host under load; what came of it."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, trust_env=False))
        load = Load(client, url)
        await load.sign_in()
        owners = list(islice(cycle(OWNERS), sockets))
        opened = [await load.open(owner) for owner in owners]
        for socket in opened:
            stack.push_async_callback(socket.close)
        reading = [asyncio.create_task(stream(socket)) for socket in opened]
        await load.send(rate, seconds)
        await load.ended()
        for socket in opened:
            await socket.send(END)
        streams: dict[str, Counter[tuple[str, ...]]] = {user: Counter() for user in USERS}
        for owner, sent in zip(owners, await asyncio.gather(*reading), strict=True):
            streams[owner][sent] += 1
    found = {
        user: [{"sockets": many, "frames": [json.loads(text) for text in sent]} for sent, many in counted.items()]
        for user, counted in streams.items()
    }
    return {"statuses": load.statuses, "streams": found}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("url")
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    json.dump(asyncio.run(run(given.url, given.sockets, given.rate, given.seconds)), sys.stdout)
