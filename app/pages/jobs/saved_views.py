"""The views that a user keeps, at work (R35). They are kept in this browser, per user."""

from collections.abc import Callable

from app.core.saved_views import SavedViews
from app.pages.jobs.default_view import default_view_key
from app.pages.page_context import PageContext
from app.ports import Action
from app.views.jobs.saved_views import saved_views_markup, saved_views_values, view_form_markup, view_list_markup
from app.wire.saved_views import UnreadableViews, read_views, write_views

KEY = "podi.views"


def views_key(user: str) -> str:
    """Return under which key a user's views are kept."""
    return f"{KEY}.{user}"


class SavedViewsPanel:
    """The panel below the bar; ``here`` returns the address of what is shown, as ``core.query_address`` writes it."""

    def __init__(self, context: PageContext, here: Callable[[], str]) -> None:
        self._context = context
        self._here = here
        user = context.monitor.session.user_id or ""
        self._store = context.monitor.ports.store
        self._key, self._default_key = views_key(user), default_view_key(user)
        self._region = context.surface.region("views")
        self._region.show(saved_views_markup(context.texts))
        self._list, self._form = self._region.region("views-list"), self._region.region("views-form")
        # The form that is drawn: one that is unchanged keeps what is typed.
        self._form_drawn = ""
        self._unreadable = False
        self._saved = SavedViews()
        self._listening = self._store.on_change(lambda key, _: self._read() if key == self._key else None)
        self._read()

    def close(self) -> None:
        """Stop listening to other tabs, and empty the panel."""
        self._listening.close()
        self._region.show("")

    def show(self) -> None:
        """Mark the view that is shown in the lists; what is typed stays."""
        self._list.bind(saved_views_values(self._saved, self._here()))

    def act(self, action: Action) -> bool:
        """Do what the user did with a view; return whether it was anything of the sort."""
        name = action.data.get("name", "")
        match action.name:
            case "views-save":
                self._form_drawn = ""
                self._keep(self._saved.saved(action.fields.get("name", ""), self._here()))
                self._form.focus("views-name")
            case "views-delete":
                self._keep(self._saved.deleted(name))
                self._form.focus("views-name")
            case "views-default":
                self._keep(self._saved.begun_with(None if name == self._saved.default else name))
                places = [view.name for view in self._saved.views]
                if name in places:
                    self._list.focus(f"view-default-{places.index(name)}")
            case "views-forget":
                self._unreadable = False
                self._keep(SavedViews())
                self._form.focus("views-name")
            case _:
                return False
        return True

    def _read(self) -> None:
        try:
            self._saved, self._unreadable = read_views(self._store.get(self._key)), False
        except UnreadableViews:
            self._saved, self._unreadable = SavedViews(), True
        self._draw()

    def _keep(self, saved: SavedViews) -> None:
        self._saved = saved
        self._store.set(self._key, write_views(saved))
        address = saved.default_address
        if address is None:
            self._store.remove(self._default_key)
        else:
            self._store.set(self._default_key, address)
        self._draw()

    def _draw(self) -> None:
        texts, saved = self._context.texts, self._saved
        self._list.show(view_list_markup(texts, saved, unreadable=self._unreadable))
        form = view_form_markup(texts, saved, unreadable=self._unreadable)
        if form != self._form_drawn:
            self._form_drawn = form
            self._form.show(form)
        self.show()
