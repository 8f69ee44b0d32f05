"""The views that a user keeps: open one, make it the one to begin with, copy its link, delete it, save another."""

from app.core.query_address import parse_address
from app.core.saved_views import LONGEST_NAME, SavedViews, View
from app.ports import Values
from app.views.copy_button import copy_button
from app.views.markup import escape, icon_button
from app.views.texts import Texts
from app.views.values import one_line


def saved_views_markup(texts: Texts) -> str:
    """Return the panel, with the regions ``views-list`` and ``views-form``."""
    return f"""
<section class="views" aria-labelledby="views-title">
  <h2 id="views-title">{texts.escaped("views.title")}</h2>
  <div data-slot="views-list"></div>
  <div data-slot="views-form"></div>
</section>"""


def view_list_markup(texts: Texts, saved: SavedViews, *, unreadable: bool = False) -> str:
    """Return the views. ``unreadable``: what is kept cannot be read."""
    rows = "".join(_view(texts, number, view, saved) for number, view in enumerate(saved.views))
    none = "" if saved.views or unreadable else f'<p class="muted">{texts.escaped("views.none")}</p>'
    problem = ""
    if unreadable:
        problem = (
            f'<p class="note" role="alert">{texts.escaped("views.unreadable")} '
            f'<button class="button button--small" type="button" data-action="views-forget">'
            f"{texts.escaped('views.forget')}</button></p>"
        )
    return f'{problem}{none}<ul class="views__list">{rows}</ul>'


def saved_views_values(saved: SavedViews, here: str) -> Values:
    """Return which of the views is shown in the lists; ``here`` is their address."""
    return {
        f"view-link-{number}@aria-current": "true" if view.address == here else None
        for number, view in enumerate(saved.views)
    }


def view_form_markup(texts: Texts, saved: SavedViews, *, unreadable: bool = False) -> str:
    """Return the form that keeps another view; why there is none, if the list is full."""
    if unreadable:
        return ""
    if saved.full:
        return f'<p class="muted">{texts.escaped("views.full")}</p>'
    return f"""<form class="views__form" data-action="views-save">
    <label class="visually-hidden" for="views-name">{texts.escaped("views.name")}</label>
    <input class="input" id="views-name" name="name" required maxlength="{LONGEST_NAME}" autocomplete="off"
      placeholder="{texts.escaped("views.name")}" data-slot="views-name">
    <button class="button" type="submit">{texts.escaped("views.save")}</button></form>"""


def _view(texts: Texts, number: int, view: View, saved: SavedViews) -> str:
    begins = view.name == saved.default
    name, address = escape(view.name), escape(f"#/tasks?{view.address}" if view.address else "#/tasks")
    broken = parse_address(view.address).problems
    said = texts.escaped("views.broken", parts=", ".join(map(one_line, broken))) if broken else ""
    begin = texts.escaped("views.default_off" if begins else "views.default_on", name=view.name)
    return f"""<li class="views__one"><a id="view-{number}" href="{address}" data-slot="view-link-{number}">{name}</a>
  <span class="muted">{said}</span>
  <button class="button button--small" type="button" data-action="views-default" data-name="{name}"
    aria-pressed="{"true" if begins else "false"}" aria-label="{begin}" data-slot="view-default-{number}">{
        texts.escaped("views.default")
    }</button>
  {copy_button(texts, f"view-{number}.href")}
  {icon_button("close", "views-delete", texts.escaped("views.delete", name=view.name), f'data-name="{name}"')}</li>"""
