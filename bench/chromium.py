"""A Chromium driven over its own protocol, with nothing of a test tool between.

Test tools listen to every frame and request of a page, which costs the page time; here a domain is enabled only by who
needs it. One browser, any number of pages one after another.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.failures import BenchFailure
from tools import chromium as finder

START_WITHIN_S: Final = 60.0
ANSWER_WITHIN_S: Final = 180.0
VIEWPORT: Final = (1280, 800)
Listener = Callable[[Mapping[str, Any]], None]


class ProtocolError(Exception):
    """The browser refused a command."""


class Connection:
    """The one connection to the browser; every page is a session on it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listeners: dict[tuple[str, str], list[Listener]] = {}
        self._reader = asyncio.create_task(self._read(), name="protocol reader")

    async def send(self, method: str, parameters: Mapping[str, Any] | None = None, *, session: str = "") -> Any:
        """Send a command and return its result; raises ``ProtocolError`` or ``BenchFailure`` if the browser is gone."""
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": dict(parameters or {})}
        if session:
            message["sessionId"] = session
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._socket.send(json.dumps(message))
            async with asyncio.timeout(ANSWER_WITHIN_S):
                result = await answer
        except (ConnectionClosed, TimeoutError) as error:
            raise BenchFailure(f"the browser did not answer to {method}") from error
        finally:
            self._waiting.pop(number, None)
        if "error" in result:
            raise ProtocolError(f"{method}: {result['error'].get('message')}")
        return result["result"]

    def on(self, method: str, listener: Listener, *, session: str = "") -> Callable[[], None]:
        """Call ``listener`` with the parameters of each such event; what is returned ends that."""
        listeners = self._listeners.setdefault((session, method), [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                message = json.loads(text)
                if "id" in message:
                    waiting = self._waiting.get(message["id"])
                    if waiting is not None and not waiting.done():
                        waiting.set_result(message)
                    continue
                key = (message.get("sessionId", ""), message["method"])
                for listener in tuple(self._listeners.get(key, ())):
                    listener(message["params"])
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(BenchFailure("the browser ended before its time"))

    async def close(self) -> None:
        """Close the connection."""
        await self._socket.close()
        await self._reader


class Page:
    """One tab."""

    def __init__(self, connection: Connection, session: str, context: Mapping[str, Any]) -> None:
        self.connection = connection
        self.session = session
        self.context = context
        """The browser's context that it is in, as commands want it; nothing for the browser's own."""
        self.errors: list[str] = []

    async def send(self, method: str, **parameters: Any) -> Any:
        """Send a command to this page."""
        return await self.connection.send(method, parameters, session=self.session)

    def on(self, method: str, listener: Listener) -> Callable[[], None]:
        """Listen to this page's events."""
        return self.connection.on(method, listener, session=self.session)

    async def evaluate(self, expression: str) -> Any:
        """Return the JSON value of an expression, awaited; raises ``ProtocolError`` if it throws."""
        answer = await self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ProtocolError(str(details.get("exception", {}).get("description") or details.get("text")))
        return answer["result"].get("value")

    async def until(self, expression: str, *, within_s: float, what: str) -> None:
        """Wait until an expression is true; raises ``BenchFailure`` saying ``what`` did not happen."""
        deadline = asyncio.get_running_loop().time() + within_s
        while not await self.evaluate(f"Boolean({expression})"):
            if asyncio.get_running_loop().time() > deadline:
                errors = f" ({'; '.join(self.errors[:3])})" if self.errors else ""
                raise BenchFailure(f"{what} did not happen within {within_s:.0f} s{errors}")
            await asyncio.sleep(0.1)


class Browser:
    """The running browser."""

    def __init__(self, connection: Connection, version: str) -> None:
        self.connection = connection
        self.version = version

    @asynccontextmanager
    async def page(self, script: str, *, kept: bool = False, beside: Page | None = None) -> AsyncIterator[Page]:
        """Open a blank page; ``script`` runs in it before anything of the page does.

        It is in a context of its own, which ends with it; if ``kept``, in the browser's, with what others left;
        or in that of the page ``beside`` which it is.
        """
        send = self.connection.send
        size = {"width": VIEWPORT[0], "height": VIEWPORT[1]}
        own = not kept and beside is None
        context = await send("Target.createBrowserContext") if own else beside.context if beside else {}
        place = {} if kept else {**context, **size} if own else {**context, **size, "newWindow": True}
        target = (await send("Target.createTarget", {"url": "about:blank", **place}))["targetId"]
        session = (await send("Target.attachToTarget", {"targetId": target, "flatten": True}))["sessionId"]
        page = Page(self.connection, session, context)
        page.on("Runtime.exceptionThrown", lambda event: page.errors.append(_version_said(event["exceptionDetails"])))
        await page.send("Page.enable")
        await page.send("Runtime.enable")
        await page.send("Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=1, mobile=False)
        await page.send("Page.addScriptToEvaluateOnNewDocument", source=script)
        try:
            yield page
        finally:
            if own:
                await send("Target.disposeBrowserContext", context)
            else:
                await self._close(target)

    async def _close(self, target: str) -> None:
        """Close a tab, and wait until it is gone: what it does as it goes must not meet the next one."""
        gone = asyncio.Event()

        def note(event: Mapping[str, Any]) -> None:
            if event["targetId"] == target:
                gone.set()

        forget = self.connection.on("Target.targetDestroyed", note)
        await self.connection.send("Target.setDiscoverTargets", {"discover": True})
        await self.connection.send("Target.closeTarget", {"targetId": target})
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await gone.wait()
        except TimeoutError as error:
            raise BenchFailure("a tab did not close") from error
        finally:
            forget()


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Start the Chromium that the tests use; raises ``BenchFailure`` if there is none or it does not start."""
    try:
        found = finder.find()
    except finder.ChromiumError as error:
        raise BenchFailure(str(error)) from error
    if found is None:
        raise BenchFailure("no Chromium was found: run `make setup`, or name one with CHROMIUM=/path/to/it")
    profile = Path(tempfile.mkdtemp(prefix="podi-bench-"))
    command = [
        str(found[0]), "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}",
        f"--window-size={VIEWPORT[0]},{VIEWPORT[1]}", "--enable-precise-memory-info", *finder.flags(),
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        address = await _debugging_address(profile / "DevToolsActivePort", process)
        async with connect(address, max_size=None, compression=None) as socket:
            connection = Connection(socket)
            version = (await connection.send("Browser.getVersion"))["product"]
            try:
                yield Browser(connection, version)
            finally:
                await connection.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        shutil.rmtree(profile, ignore_errors=True)


def _version_said(exception: Mapping[str, Any]) -> str:
    return str(exception.get("exception", {}).get("description", exception.get("text")))


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").split() if file.is_file() else []


async def _debugging_address(file: Path, process: asyncio.subprocess.Process) -> str:
    deadline = asyncio.get_running_loop().time() + START_WITHIN_S
    while asyncio.get_running_loop().time() < deadline:
        if process.returncode is not None:
            raise BenchFailure(f"the browser ended at once, with status {process.returncode}")
        lines = _lines(file)
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        await asyncio.sleep(0.05)
    raise BenchFailure(f"the browser did not start within {START_WITHIN_S:.0f} s")
