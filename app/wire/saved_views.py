"""The views that a user keeps, as text for the store."""

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.core.saved_views import SavedViews, View

VERSION = 1
LARGEST = 200_000


class UnreadableViews(Exception):
    """What is kept is not views of this version."""


class ViewModel(BaseModel):
    """A view."""

    model_config = ConfigDict(strict=True)

    name: str
    address: str


class SavedViewsModel(BaseModel):
    """All of them, with the version of their form."""

    model_config = ConfigDict(strict=True)

    version: int
    views: list[ViewModel]
    default: str | None = None


_VIEWS: TypeAdapter[SavedViewsModel] = TypeAdapter(SavedViewsModel)


def write_views(saved: SavedViews) -> str:
    """Return the text to keep."""
    views = [ViewModel(name=view.name, address=view.address) for view in saved.views]
    return SavedViewsModel(version=VERSION, views=views, default=saved.default).model_dump_json()


def read_views(text: str | None) -> SavedViews:
    """Return the views in a text; raise ``UnreadableViews`` for what is not views of this version."""
    if text is None:
        return SavedViews()
    try:
        model = _VIEWS.validate_json(text[:LARGEST])
    except ValidationError:
        raise UnreadableViews from None
    if model.version != VERSION:
        raise UnreadableViews
    return SavedViews(tuple(View(view.name, view.address) for view in model.views), model.default)
