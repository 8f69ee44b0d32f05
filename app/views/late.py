"""What stands in the place of a page that is not there yet."""

from app.ports import Values
from app.views.placeholders import error_state, skeleton
from app.views.texts import Texts


def late_markup(texts: Texts) -> str:
    """Return a skeleton, and the sentence for when the page cannot be loaded."""
    return f"""
<div class="page">
  <section class="panel" data-slot="late" data-state="loading" aria-busy="true">
    <div class="panel__body">{skeleton()}{error_state(texts, "page.unavailable", "load-late")}</div>
  </section>
</div>"""


def late_values(*, failed: bool) -> Values:
    """Return which of the two is shown."""
    return {"late@data-state": "error" if failed else "loading", "late@aria-busy": None if failed else "true"}
