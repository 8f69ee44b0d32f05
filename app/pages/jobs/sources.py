"""Where the facts of a job came from, at work, as a part of that job's page (R38)."""

from collections.abc import Callable

from app.core.events import Flush
from app.core.provenance import Origins
from app.core.records import AbilityTask, Record, Task
from app.pages.page_context import PageContext
from app.ports import Surface
from app.views.jobs.sources import source_titles, sources_markup, sources_values


class JobSources:
    """The lines below the facts, and the titles of the facts; ``job`` returns what is known of the job."""

    def __init__(self, context: PageContext, surface: Surface, job: Callable[[], Record | None]) -> None:
        self._context = context
        self._surface = surface
        self._job = job
        surface.show(sources_markup(context.texts))
        self._subscription = context.monitor.bus.subscribe(Flush, lambda _: self._show())
        self._show()

    def tick(self, now: float) -> None:
        """Let the ages go on."""
        del now
        self._show()

    def close(self) -> None:
        """Stop listening."""
        self._subscription.close()

    def _show(self) -> None:
        record = self._job()
        if not isinstance(record, Task | AbilityTask):
            return
        monitor, texts = self._context.monitor, self._context.texts
        collection = monitor.ability_tasks.tasks if isinstance(record, AbilityTask) else monitor.summary.tasks
        touch = collection.touched(record.id)
        origins = monitor.fact_sources.origins(record.id) if monitor.fact_sources else None
        if origins is None and touch is not None:
            # A job that nobody followed is known by what last touched it.
            origins = Origins(touch)
        if origins is not None:
            now = monitor.ports.clock.monotonic()
            self._surface.bind(sources_values(texts, record, origins, now))
            self._context.surface.bind(source_titles(texts, record, origins, now))
