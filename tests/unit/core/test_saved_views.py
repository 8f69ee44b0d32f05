"""Lists that are kept under a name."""

from __future__ import annotations

from app.core.saved_views import LONGEST_NAME, MOST, SavedViews, View


def test_views_are_saved_renewed_and_deleted() -> None:
    """R35: a name that is there already gets the new address; deleting the one to begin with leaves none."""
    saved = SavedViews().saved("  my  failures ", "status=failed").saved("koi", "q=koi").saved("koi", "q=koi+pond")
    assert saved.views == (View("my failures", "status=failed"), View("koi", "q=koi+pond"))
    assert saved.default_address is None
    saved = saved.begun_with("koi")
    assert saved.default_address == "q=koi+pond"
    assert saved.begun_with(None).default_address is None
    assert saved.deleted("my failures") == SavedViews((View("koi", "q=koi+pond"),), "koi")
    assert saved.deleted("koi") == SavedViews((View("my failures", "status=failed"),))


def test_names_are_short_and_not_empty_and_views_not_without_number() -> None:
    """R35: what cannot be kept is not kept; what is there can still be renewed."""
    assert SavedViews().saved(" \n ", "q=x") == SavedViews()
    (view,) = SavedViews().saved("x" * 500, "q=x").views
    assert view.name == "x" * LONGEST_NAME
    saved = SavedViews()
    for number in range(MOST + 5):
        saved = saved.saved(str(number), "q=x")
    assert (saved.full, len(saved.views)) == (True, MOST)
    assert saved.saved("3", "q=y").views[3] == View("3", "q=y")
