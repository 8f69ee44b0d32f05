"""The export of a call log at work: one runs in a worker, is shown and can be cancelled."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from app.api.errors import NotSignedIn
from app.late_ports import Export
from app.pages.page_context import PageContext
from app.ports import Action, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.views.abilities.log_export import export_values


class LogExport:
    """At most one export at a time.

    ``wanted`` returns which records the file is to hold, as ``app.export.log_export`` takes it; without it, all of
    the ability's. ``name`` is what the file is named after, if not the ability.
    """

    def __init__(
        self,
        context: PageContext,
        ability_id: str,
        *,
        name: str = "",
        wanted: Callable[[], Mapping[str, object]] | None = None,
    ) -> None:
        self._context = context
        self._ability_id = ability_id
        self._name = name or ability_id
        self._wanted = wanted
        # The export that is running; there is at most one.
        self._export: Export | None = None
        # The token it was given last: if the server refuses it, another is fetched.
        self._token = ""
        self._background = BackgroundTasks(context.monitor.ports.report)
        self._show()

    @property
    def running(self) -> bool:
        """Whether one is under way."""
        return self._export is not None

    def act(self, action: Action) -> bool:
        """Handle an action; return false if it is not one of the export."""
        match action.name:
            case "export":
                if self._export is None:
                    self._background.spawn(self._begin(action.data["form"]))
            case "export-cancel":
                self._end()
                self._show()
            case _:
                return False
        return True

    def close(self) -> None:
        """Cancel a running export."""
        self._background.close()
        self._end()

    async def _begin(self, form: str) -> None:
        session = self._context.monitor.session
        try:
            self._token = await session.token()
        except (NotSignedIn, TransportError):
            self._failed("")
            return
        if self._export is not None:
            return
        day = datetime.fromtimestamp(self._context.monitor.ports.clock.wall(), UTC).strftime("%Y-%m-%d")
        self._export = self._context.monitor.ports.late.adapters.export(
            f"{self._name}-{day}.{form}",
            progress=self._progressed,
            waiting=self._waits,
            done=self._done,
            failed=self._failed,
            token_refused=lambda: self._background.spawn(self._renew()),
        )
        wanted = json.dumps(self._wanted()) if self._wanted is not None else ""
        self._export.start(self._context.monitor.settings.api_base, self._ability_id, self._token, form, wanted)
        self._show(running=True)

    async def _renew(self) -> None:
        try:
            self._token = await self._context.monitor.session.renewed(self._token)
        except (NotSignedIn, TransportError):
            self._failed("")
            return
        if self._export is not None:
            self._export.bring_token(self._token)

    def _progressed(self, done: int, total: int) -> None:
        self._show(running=True, done=done, total=total)

    def _waits(self, done: int, seconds: float) -> None:
        self._show(running=True, done=done, wait_s=seconds)

    def _done(self, done: int) -> None:
        self._end()
        self._show(done=done, finished=True)

    def _failed(self, reason: str, kept: int = 0) -> None:
        self._end()
        texts = self._context.texts
        sentence = texts.say("export.cut_off", n=kept) if kept else texts.say("export.failed")
        self._show(error=f"{sentence} ({reason})" if reason else sentence)

    def _end(self) -> None:
        if self._export is not None:
            self._export.close()
            self._export = None

    def _show(
        self,
        *,
        running: bool = False,
        done: int = 0,
        total: int | None = None,
        error: str = "",
        finished: bool = False,
        wait_s: float | None = None,
    ) -> None:
        texts = self._context.texts
        self._context.surface.bind(
            export_values(texts, running=running, done=done, total=total, error=error, finished=finished, wait_s=wait_s)
        )
