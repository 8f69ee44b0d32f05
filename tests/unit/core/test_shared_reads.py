"""Which read may serve which ask."""

import hypothesis.strategies as st
from hypothesis import given

from app.core.shared_reads import OLDEST_S, Knowledge, Reads

LIST = "/api/tasks/v1?page=0"


def test_an_ask_is_served_by_a_read_that_began_after_the_last_answer() -> None:
    """R43: a page never gets the same read twice, and one of another page that it has not seen at once."""
    knowledge, reads = Knowledge(), Reads[str]()
    knowledge.answered(LIST, 10.0)
    reads.begin(LIST, 9.9, 0, "seen")
    assert reads.find(LIST, 10.5, after_frame=0, oldest_s=knowledge.oldest_s(LIST, 10.5)) is None
    reads.begin(LIST, 10.2, 0, "of another page")
    found = reads.find(LIST, 10.5, after_frame=0, oldest_s=knowledge.oldest_s(LIST, 10.5))
    assert found is not None
    assert "of another page" == found.outcome


def test_a_read_from_before_a_frame_does_not_serve_whoever_has_seen_it() -> None:
    """R43, R23: what a frame made a page ask about is read after that frame."""
    reads = Reads[str]()
    reads.begin("/api/ability-tasks/a", 10.0, 4, "before")
    assert reads.find("/api/ability-tasks/a", 10.1, after_frame=5, oldest_s=1.0) is None
    assert reads.find("/api/ability-tasks/a", 10.1, after_frame=4, oldest_s=1.0) is not None


def test_what_the_page_did_makes_older_reads_useless() -> None:
    """R43: after a submit or a refresh only a read that began later will do."""
    knowledge, reads = Knowledge(), Reads[str]()
    reads.begin(LIST, 10.0, 0, "before")
    knowledge.happened(10.1)
    assert reads.find(LIST, 10.2, after_frame=0, oldest_s=knowledge.oldest_s(LIST, 10.2)) is None


@given(
    happened=st.floats(0, 10),
    answered=st.floats(0, 10),
    began=st.floats(0, 10),
    ask=st.floats(0, 10),
    way_s=st.floats(0, 2),
)
def test_no_read_is_older_than_allowed(
    happened: float, answered: float, began: float, ask: float, way_s: float
) -> None:
    """R43: however long the ask is on its way, it gets no read from before what its page went through."""
    asked = 20 + ask
    knowledge, reads = Knowledge(), Reads[str]()
    knowledge.happened(10 + happened)
    knowledge.answered(LIST, 10 + happened + answered)
    reads.begin(LIST, 10 + began, 0, "read")
    found = reads.find(LIST, asked + way_s, after_frame=0, oldest_s=knowledge.oldest_s(LIST, asked))
    if found is not None:
        assert found.began_at >= asked - OLDEST_S - 1e-9
        assert found.began_at >= min(10 + happened + answered, asked) - 1e-9


def test_a_page_that_has_been_through_nothing_takes_any_read() -> None:
    """R43: as old as an interval of polling, or as the page's own clock."""
    assert (0.5, OLDEST_S) == (Knowledge().oldest_s(LIST, 0.5), Knowledge().oldest_s(LIST, 9.0))


def test_an_answer_concerns_its_own_address_alone() -> None:
    """R43: that of another address changes nothing."""
    knowledge = Knowledge()
    knowledge.answered(LIST, 10.0)
    knowledge.answered("/other", 10.25)
    assert (0.5, 0.25) == (knowledge.oldest_s(LIST, 10.5), knowledge.oldest_s("/other", 10.5))


def test_reads_of_other_addresses_are_kept_as_long_as_they_may_serve() -> None:
    """R43: until they are older than any page may take, to the moment."""
    reads = Reads[str]()
    reads.begin(LIST, 10.0, 3, "first")
    reads.begin("/other", 10.0 + OLDEST_S, 3, "second")
    found = reads.find(LIST, 10.0 + OLDEST_S, after_frame=3, oldest_s=OLDEST_S)
    assert found is not None
    assert (LIST, 10.0, 3, "first") == (found.path, found.began_at, found.after_frame, found.outcome)
    reads.begin("/other", 10.5 + OLDEST_S, 3, "third")
    assert reads.find(LIST, 10.0, after_frame=3, oldest_s=OLDEST_S) is None


def test_a_new_term_of_the_holder_begins_without_reads() -> None:
    """R43: its frames are counted anew, so that older reads cannot be compared."""
    reads = Reads[str]()
    reads.begin(LIST, 10.0, 3, "first")
    reads.clear()
    assert reads.find(LIST, 10.0, after_frame=0, oldest_s=OLDEST_S) is None
