"""The panel of the saved views."""

from __future__ import annotations

from app.pages.jobs.default_view import default_view_key
from app.pages.jobs.saved_views import KEY, SavedViewsPanel
from app.ports import Action
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Panel:
    """The panel over lists that show one address."""

    def __init__(self, scene: Scene) -> None:
        self.surface = MemorySurface()
        self.store = scene.world.store
        user = scene.monitor.session.user_id or ""
        self.key, self.default_key = f"{KEY}.{user}", default_view_key(user)
        self.here = "status=failed"
        self.panel = SavedViewsPanel(quiet_context(scene.monitor, self.surface), lambda: self.here)
        self.surface.on_action(self._act)

    def _act(self, action: Action) -> None:
        self.panel.act(action)

    @property
    def markup(self) -> str:
        panel = self.surface.regions["views"]
        return panel.markup and panel.markup + self.list.markup + self.form.markup

    @property
    def list(self) -> MemorySurface:
        """The views."""
        return self.surface.regions["views"].regions["views-list"]

    @property
    def form(self) -> MemorySurface:
        """The form that keeps another."""
        return self.surface.regions["views"].regions["views-form"]


async def test_a_list_is_kept_opened_and_deleted() -> None:
    """R35: kept per user, with a link that can be copied; another tab sees it too."""
    scene = await Scene().begin()
    one, other = Panel(scene), Panel(scene)
    assert "No views yet." in one.markup
    one.surface.fill("views-save", name="<b>Mine")
    assert 'href="#/tasks?status=failed" data-slot="view-link-0">&lt;b&gt;Mine</a>' in one.markup
    assert ("view-link-0@aria-current", "true") in one.list.values.items()
    assert 'from="view-0.href"' in one.markup
    scene.world.store.listeners.call(one.key, one.store.get(one.key))
    assert "&lt;b&gt;Mine" in other.markup
    one.surface.act("views-delete", name="<b>Mine")
    assert "Mine" not in one.markup
    one.panel.close()
    assert one.markup == ""
    other.panel.close()
    await scene.leave()


async def test_one_of_them_is_the_one_to_begin_with() -> None:
    """R35: pressed again, or deleted, there is none."""
    scene = await Scene().begin()
    one = Panel(scene)
    one.surface.fill("views-save", name="Mine")
    one.surface.act("views-default", name="Mine")
    assert one.store.get(one.default_key) == "status=failed"
    assert 'aria-pressed="true"' in one.markup
    assert one.list.focused == "view-default-0"
    one.surface.act("views-default", name="Mine")
    assert one.store.get(one.default_key) is None
    one.surface.act("views-default", name="Mine")
    one.surface.act("views-delete", name="Mine")
    assert one.store.get(one.default_key) is None
    one.panel.close()
    await scene.leave()


async def test_views_of_another_version_are_said_and_kept() -> None:
    """R35: nothing is lost until the user says so; a view with a broken query says which part."""
    scene = await Scene().begin()
    one = Panel(scene)
    one.panel.close()
    one.store.set(one.key, '{"version": 9}')
    again = Panel(scene)
    assert "of another version" in again.markup
    assert "views-save" not in again.markup
    assert again.store.get(again.key) == '{"version": 9}'
    again.surface.act("views-forget")
    again.surface.fill("views-save", name="Mine")
    assert "Not understood" not in again.markup
    text = (again.store.get(again.key) or "").replace("status=failed", "status=faild")
    again.store.set(again.key, text)
    again.panel.close()
    broken = Panel(scene)
    assert "Not understood: status:faild" in broken.markup
    broken.panel.close()
    await scene.leave()


async def test_what_is_typed_stays_while_something_else_is_looked_for() -> None:
    """R35: the panel is not drawn anew; which view is shown is marked."""
    scene = await Scene().begin()
    one = Panel(scene)
    one.surface.fill("views-save", name="Mine")
    assert "views-name" == one.form.focused
    one.list.markup, one.form.markup = "as it was", "typed into"
    one.here = "q=koi"
    one.panel.show()
    assert (None, "as it was") == (one.list.values["view-link-0@aria-current"], one.list.markup)
    one.surface.act("views-default", name="Mine")
    scene.world.store.listeners.call(one.key, one.store.get(one.key))
    assert ("as it was" in one.list.markup, one.form.markup) == (False, "typed into")
    one.surface.fill("views-save", name="Other")
    assert "views-save" in one.form.markup
    one.panel.close()
    await scene.leave()
