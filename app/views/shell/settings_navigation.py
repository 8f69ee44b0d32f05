"""The links between the pages on which a user chooses something."""

from app.views.texts import Texts

PAGES = {"notifications": "#/notifications", "reading": "#/reading"}


def settings_navigation(texts: Texts, here: str) -> str:
    """Return the links; ``here`` is the page that they stand on."""
    links = "".join(
        f'<a class="navigation__link" href="{address}"{" aria-current=page" if name == here else ""}>'
        f"{texts.escaped(f'settings.{name}')}</a>"
        for name, address in PAGES.items()
    )
    return f'<nav class="notifications__navigation" aria-label="{texts.escaped("settings.title")}">{links}</nav>'
