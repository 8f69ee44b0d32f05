"""The strip of a bulk (R41): asks before anything is sent, then says how far it is, whichever page is open."""

from app.api.errors import ApiError
from app.api.wallet import newest_movements
from app.core.bulk import MOST, Progress, RunAgainAsked, State
from app.core.ledger import Movement
from app.core.records import AbilityTask, Task
from app.core.run_again import may_order_again, price_of
from app.monitor import Monitor
from app.pages.abilities.refusals import refusal_sentence
from app.pages.shell.bulk_run import BulkRun
from app.ports import Action, Surface
from app.scheduling.background_tasks import BackgroundTasks
from app.views.markup import escape
from app.views.shell.bulk import asking_markup, bulk_markup, bulk_values, said_text
from app.views.texts import Texts


class BulkStrip:
    """One bulk at a time, of one signed-in user; ``said`` is a live region that speaks once for each state."""

    def __init__(self, monitor: Monitor, texts: Texts, surface: Surface, said: Surface) -> None:
        self._monitor = monitor
        self._texts = texts
        self._surface = surface
        self._said = said
        # The jobs that are asked about, and how many were left out because they cannot be run again, or are too many.
        self._asked: list[Task | AbilityTask] = []
        self._left_out = (0, 0)
        self._movements: tuple[Movement, ...] = ()
        self._run: BulkRun | None = None
        # What was last said aloud.
        self._spoken: State | None = None
        self._background = BackgroundTasks(monitor.ports.report)
        self._subscription = monitor.bus.subscribe(RunAgainAsked, self._ask)

    def set_language(self, texts: Texts) -> None:
        """Say it in another language."""
        self._texts = texts
        self._draw()

    def tick(self) -> None:
        """Count down to when the server is asked again."""
        if self._run is not None and self._run.waiting_s:
            self._show()

    def act(self, action: Action) -> None:
        """Do what the user said."""
        run = self._run
        match action.name:
            case "bulk-begin" if self._asked:
                jobs = self._forget_question()
                self._run = BulkRun(self._monitor, jobs, self._show)
                self._draw()
                self._surface.focus("bulk-stop")
                self._run.begin()
            case "bulk-cancel":
                self._forget_question()
                self._draw()
            case "bulk-stop" if run is not None:
                run.stop()
            case "bulk-go-on" if run is not None:
                run.go_on()
            case "bulk-close" if run is not None and run.bulk.state is not State.RUNNING and not run.bulk.under_way:
                run.close()
                self._run = self._spoken = None
                self._draw()

    def close(self) -> None:
        """Send nothing more."""
        self._subscription.close()
        self._background.close()
        if self._run is not None:
            self._run.close()

    def _ask(self, event: RunAgainAsked) -> None:
        """Ask about other jobs, unless some are on their way: then the keyboard goes to those."""
        run = self._run
        if run is not None and (run.bulk.state is not State.DONE or run.bulk.under_way):
            self._surface.focus("bulk-stop")
            return
        if run is not None:
            run.close()
            self._run = self._spoken = None
        monitor = self._monitor
        user = monitor.session.user_id
        known = [monitor.ability_tasks.tasks.get(one) or monitor.summary.tasks.get(one) for one in event.job_ids]
        possible = [job for job in known if job is not None and may_order_again(job, user)]
        self._asked = possible[:MOST]
        self._left_out = (len(event.job_ids) - len(possible), len(possible) - len(self._asked))
        self._movements = ()
        self._draw()
        self._surface.focus("bulk-begin")
        if any(isinstance(job, AbilityTask) for job in self._asked):
            self._background.spawn(self._read_prices())

    def _forget_question(self) -> list[Task | AbilityTask]:
        """Ask no more; return the jobs that were asked about."""
        asked, self._asked, self._left_out = self._asked, [], (0, 0)
        return asked

    async def _read_prices(self) -> None:
        try:
            self._movements = await newest_movements(self._monitor.api, self._monitor.session.user_id)
        except ApiError:
            # What it costs stays unknown, and is said to be.
            return
        if self._asked:
            self._show()

    def _draw(self) -> None:
        if self._run is not None:
            self._surface.show(bulk_markup(self._texts))
        elif self._asked or any(self._left_out):
            self._surface.show(asking_markup(self._texts, len(self._asked), *self._left_out))
        else:
            self._surface.show("")
        self._show()

    def _show(self) -> None:
        run = self._run
        if run is None:
            tasks = self._monitor.ability_tasks.tasks
            known = ((job_id, tasks.get(job_id)) for job_id in tasks.order)
            abilities = {job_id: task.ability_id for job_id, task in known if task is not None}
            price = price_of(self._asked, self._movements, abilities)
            self._surface.bind(bulk_values(self._texts, price=price))
            return
        progress: Progress = run.bulk.progress
        reason = refusal_sentence(self._texts, run.refusal) if run.refusal is not None else ""
        self._surface.bind(
            bulk_values(
                self._texts,
                progress=progress,
                state=run.bulk.state,
                under_way=run.bulk.under_way,
                waiting_s=run.waiting_s,
                reason=reason,
            )
        )
        if run.bulk.state is not self._spoken:
            self._spoken = run.bulk.state
            self._said.show(f"<p>{escape(said_text(self._texts, progress, run.bulk.state))}</p>")
