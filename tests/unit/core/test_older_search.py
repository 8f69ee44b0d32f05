"""Whether a search for something older goes on."""

from app.core.older_search import MOST_PAGES, OlderSearch


def test_it_reads_on_until_something_is_found() -> None:
    """R36: a page at a time, and no further than the first match."""
    search = OlderSearch()
    assert not search.wants(0, complete=False, waiting=False)
    search.begin(3)
    assert search.wants(3, complete=False, waiting=False)
    assert not search.wants(3, complete=False, waiting=True)
    assert search.wants(3, complete=False, waiting=False)
    assert search.searching
    assert not search.wants(4, complete=False, waiting=False)
    assert not search.searching


def test_it_ends_where_there_is_no_more() -> None:
    """R36: at the end of the list, after ten pages, and when something else is searched for."""
    search = OlderSearch()
    search.begin(0)
    assert not search.wants(0, complete=True, waiting=False)
    search.begin(0)
    assert MOST_PAGES == sum(search.wants(0, complete=False, waiting=False) for _ in range(50))
    search.begin(0)
    search.stop()
    assert not search.searching
