"""Lists that somebody keeps under a name (R35): a name and an address, at most one of them the one to begin with."""

from dataclasses import dataclass, replace

MOST = 50
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class View:
    """A query under a name; ``address`` is its part of the address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class SavedViews:
    """The views of one user, as they were saved; ``default`` is the name of the one to begin with."""

    views: tuple[View, ...] = ()
    default: str | None = None

    @property
    def full(self) -> bool:
        """Whether no other view can be kept."""
        return len(self.views) >= MOST

    @property
    def default_address(self) -> str | None:
        """The address to begin with; ``None`` if there is no such view."""
        return next((view.address for view in self.views if view.name == self.default), None)

    def saved(self, name: str, address: str) -> "SavedViews":
        """Return the views with another one; a name that is there already gets the new address."""
        name = " ".join(name.split())[:LONGEST_NAME].strip()
        known = any(view.name == name for view in self.views)
        if not name or (self.full and not known):
            return self
        view = View(name, address)
        if known:
            return replace(self, views=tuple(view if one.name == name else one for one in self.views))
        return replace(self, views=(*self.views, view))

    def deleted(self, name: str) -> "SavedViews":
        """Return the views without one."""
        views = tuple(view for view in self.views if view.name != name)
        return SavedViews(views, None if name == self.default else self.default)

    def begun_with(self, name: str | None) -> "SavedViews":
        """Return the views with another one to begin with, or none."""
        return replace(self, default=name)
