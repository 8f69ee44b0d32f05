"""The button that copies the text of another element."""

from app.views.markup import escape
from app.views.texts import Texts


def copy_button(texts: Texts, element: str) -> str:
    """Return a button that copies the text of the element with this id."""
    copy, copied, failed = (texts.escaped(f"copy.{key}") for key in ("copy", "copied", "failed"))
    return (
        f'<wa-copy-button from="{escape(element)}" copy-label="{copy}" success-label="{copied}" '
        f'error-label="{failed}"></wa-copy-button>'
    )
