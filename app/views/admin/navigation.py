"""The pages for admins, as a row of links on top of each of them, and the parts that they share."""

from app.views.markup import escape
from app.views.texts import Texts

ADDRESSES = {
    "overview": "#/admin/overview",
    "calls": "#/admin/calls",
    "problems": "#/admin/problems",
    "metrics": "#/admin/metrics",
}


def admin_navigation_markup(texts: Texts, current: str) -> str:
    """Return the links; that of the page itself is marked."""
    links = "".join(
        f'<a class="tabs__link" href="{address}"{" aria-current=page" if name == current else ""}>'
        f"{texts.escaped(f'admin.{name}')}</a>"
        for name, address in ADDRESSES.items()
    )
    return f'<nav class="tabs" aria-label="{texts.escaped("admin.navigation")}">{links}</nav>'


def calls_address(query: str) -> str:
    """Return the route of the calls that a filter's query names."""
    return f"{ADDRESSES['calls']}?{query}" if query else ADDRESSES["calls"]


def options_markup(options: dict[str, str], chosen: str) -> str:
    """Return the options of a list by value; a chosen one that is not among them is added, so that it can be seen."""
    known = options if chosen in options else {**options, chosen: chosen}
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
        for value, name in known.items()
    )
