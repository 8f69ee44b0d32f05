"""The viewer at work: which pictures it shows for a job, and what each was made of (R40)."""

from collections.abc import Sequence

from app.core.inputs import input_pictures
from app.core.records import AbilityTask, Task
from app.late_ports import ViewedPicture, Viewer
from app.pages.page_context import PageContext
from app.views.jobs.inputs import safe_pictures
from app.views.jobs.job import job_name, job_result
from app.views.jobs.viewer import viewer_markup


class PictureDialog:
    """The viewer of a page; it is made when it is first opened."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._viewer: Viewer | None = None

    def show_results(self, records: Sequence[Task | AbilityTask], number: int) -> None:
        """Open on a result of the first of the records; those of the others come after."""
        texts = self._context.texts
        pictures: list[ViewedPicture] = []
        first = 0
        for record in records:
            name = job_name(texts, record)
            given = safe_pictures(input_pictures(record))
            before = given[0] if given else None
            for index, url in enumerate(job_result(record).images):
                address = next(iter(safe_pictures([url])), None)
                if address is None:
                    continue
                if record is records[0] and index == number:
                    first = len(pictures)
                label = texts.say("result.picture", n=index + 1, name=name)
                pictures.append(ViewedPicture(address, label, group=name, before=before))
        self._show(pictures, first)

    def show_pair(self, record: Task | AbilityTask, other: Task | AbilityTask) -> None:
        """Open on the first result of a job, with that of the other beneath it."""
        texts = self._context.texts
        pair = [next(iter(safe_pictures(job_result(one).images)), None) for one in (record, other)]
        if pair[0] is not None:
            name = job_name(texts, record)
            label = texts.say("result.picture", n=1, name=name)
            self._show([ViewedPicture(pair[0], label, group=name, before=pair[1])], 0, compared=True)

    def show_inputs(self, record: Task | AbilityTask, urls: Sequence[str], number: int) -> None:
        """Open on a picture that went in."""
        texts = self._context.texts
        name = job_name(texts, record)
        pictures = [
            ViewedPicture(url, texts.say("job.input_picture", n=index + 1), group=name)
            for index, url in enumerate(urls)
        ]
        self._show(pictures, number)

    def close(self) -> None:
        """Close the dialog, if it is open."""
        if self._viewer is not None:
            self._viewer.close()
            self._viewer = None

    def _show(self, pictures: Sequence[ViewedPicture], first: int, *, compared: bool = False) -> None:
        if not pictures:
            return
        if self._viewer is None:
            self._viewer = self._context.monitor.ports.late.adapters.viewer()
        self._viewer.show(viewer_markup(self._context.texts), pictures, first, compared=compared)
