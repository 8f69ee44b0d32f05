"""All results of a job as one file, at work (R40)."""

from app.core.file_names import file_names
from app.core.records import Result
from app.late_ports import ZippedFile
from app.pages.page_context import PageContext
from app.ports import Action, Closable, Surface
from app.views.jobs.result_zip import zip_markup
from app.views.markup import safe_url

LEAST_FILES = 2
"""One file has a link of its own."""


class ResultZip:
    """The part of a job's page that downloads its results together; nothing is loaded before it is asked to."""

    def __init__(self, context: PageContext, surface: Surface) -> None:
        self._context = context
        self._surface = surface
        self._name = ""
        # What is to be in the zip, in the order of the page.
        self._addresses: tuple[str, ...] = ()
        self._zip: Closable | None = None
        # How many files were brought, while it runs.
        self._done: int | None = None
        # How many are in the zip that was saved last.
        self._saved: int | None = None
        self._failed: list[tuple[str, str]] = []

    @property
    def running(self) -> bool:
        """Whether one is being made."""
        return self._zip is not None

    def show(self, name: str, result: Result) -> None:
        """Offer what a job has produced; a zip that is being made goes on unless there is something else to zip."""
        found = (*result.images, *result.videos, *result.audios, *result.files)
        addresses = tuple(dict.fromkeys(url for url in map(safe_url, found) if url))
        if (name, addresses) == (self._name, self._addresses):
            return
        self.close()
        self._name, self._addresses = name, addresses
        self._saved = None
        self._failed = []
        self._show()

    def act(self, action: Action) -> bool:
        """Begin or cancel; return whether the action was one of these."""
        match action.name:
            case "zip-results" if self._zip is None:
                self._begin()
            case "zip-cancel":
                self.close()
                self._show()
            case _:
                return False
        self._surface.focus("zip-button")
        return True

    def close(self) -> None:
        """Cancel what is under way."""
        if self._zip is not None:
            self._zip.close()
        self._zip = self._done = None

    def _begin(self) -> None:
        self._done, self._saved, self._failed = 0, None, []
        files = [ZippedFile(*pair) for pair in zip(file_names(self._addresses), self._addresses, strict=True)]
        adapters = self._context.monitor.ports.late.adapters
        self._zip = adapters.zip(
            f"podi-{self._name}.zip", files, progress=self._brought, failed=self._missed, done=self._ended
        )
        self._show()

    def _brought(self, done: int, total: int) -> None:
        del total
        self._done = done
        self._show()

    def _missed(self, name: str, reason: str) -> None:
        self._failed.append((name, reason))

    def _ended(self, count: int) -> None:
        self._zip = self._done = None
        self._saved = count
        self._show()

    def _show(self) -> None:
        count = len(self._addresses)
        markup = ""
        if count >= LEAST_FILES:
            texts = self._context.texts
            markup = zip_markup(texts, count, done=self._done, saved=self._saved, failed=self._failed)
        self._surface.show(markup)
