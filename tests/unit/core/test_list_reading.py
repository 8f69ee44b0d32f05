"""Which lists a round reads beyond its first."""

from math import inf

import pytest

from app.core.collection import TaskCollection
from app.core.list_reading import OPEN_WORDS, PAGES_MOST, ListReading
from app.core.records import Source, Task, Word
from app.core.status import Status
from app.core.sync_events import Listed, ReadList
from app.core.sync_round import Purpose, Round

MOST = 3


class Server:
    """A collection that holds what was answered, and what is known of the server's lists."""

    def __init__(self, *, paged: bool = True) -> None:
        self.jobs = TaskCollection()
        self.reading = ListReading(self.jobs, most=MOST, paged=paged)

    def has(self, job_id: str, at: float, status: Status = Status.RUNNING, word: str = "processing") -> None:
        """A job was listed before."""
        self.jobs.apply_listed([Task(id=job_id, dated=Word(status, word, None, at), created_at=at)], Source.POLL, 0.0)

    def read_before(self, *job_ids: str) -> None:
        """All lists of a reconcile were read, and held these jobs."""
        round_ = a_round()
        round_.front.update(job_ids)
        self.reading.read(round_)
        self.reading.succeeded()


@pytest.fixture
def server() -> Server:
    """A server with pages that was never read."""
    return Server()


def a_round(*expected: str) -> Round:
    """Return a reconcile that has asked for nothing yet."""
    return Round(Purpose.RECONCILE, 0.0, expected=expected)


def listed(*job_ids: str, unreadable: int = 0) -> Listed:
    """Return a page with these jobs."""
    return Listed(job_ids, len(job_ids) + unreadable, new=0)


def test_pages_are_followed_until_one_meets_what_was_read_before(server: Server) -> None:
    """R12: where a page holds nothing known of the last reading, jobs may lie between the two."""
    server.read_before("d")
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed("i", "h", "g"))
    assert list(round_.lists) == [ReadList(MOST, page=1)]
    server.reading.follow(round_, round_.lists.popleft(), listed("f", "e", "d"))
    assert (list(round_.lists), round_.hole_below) == ([], None)


def test_a_reading_that_meets_nothing_says_where_the_hole_begins(server: Server) -> None:
    """R12: after as many pages as one round reads, what is older than the last page is not known."""
    server.read_before("a")
    server.has("x", 50.0)
    server.has("y", 40.0)
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST, page=PAGES_MOST - 1), listed("x", "y", "unread"))
    assert (list(round_.lists), round_.hole_below) == ([], 40.0)


def test_a_hole_below_jobs_without_an_age_may_begin_anywhere(server: Server) -> None:
    """R12: nobody knows what is older than a page of which no age is known."""
    server.read_before("a")
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST, page=PAGES_MOST - 1), listed("x", "y", "z"))
    assert round_.hole_below == inf


@pytest.mark.parametrize("paged", [True, False])
def test_the_first_reading_follows_no_page(paged: bool) -> None:
    """R12: the list on the screen begins with one page; older tasks come when they are asked for."""
    server = Server(paged=paged)
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed("c", "b", "a"))
    assert (list(round_.lists), round_.hole_below) == ([], None)


def test_a_page_that_is_not_full_holds_all_that_the_server_has(server: Server) -> None:
    """R11: only then may a job that is not in it be taken for vanished."""
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed("b", "a"))
    assert (round_.listed, round_.whole_since) == (frozenset("ab"), None)


def test_a_full_page_is_whole_down_to_its_oldest_job(server: Server) -> None:
    """R11: whatever is newer than that must be in it."""
    for job_id, at in (("c", 30.0), ("b", 20.0), ("a", 10.0)):
        server.has(job_id, at)
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed("c", "b", "a"))
    assert (round_.listed, round_.whole_since) == (None, 10.0)


def test_a_page_with_an_unreadable_job_proves_no_absence(server: Server) -> None:
    """R11, R21: the job that could not be read may be the one that is missing."""
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed("b", unreadable=1))
    assert (round_.listed, round_.whole_since) == (None, None)


def test_a_page_with_an_unreadable_job_is_not_the_last(server: Server) -> None:
    """R12, R21: a full page is one even so, of everything and of a word; one that is not full is the last."""
    server.read_before("old")
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed("c", "b", unreadable=1))
    server.reading.follow_word(round_, ReadList(MOST, word="pending"), listed("c", "b", unreadable=1))
    assert list(round_.lists) == [ReadList(MOST, page=1, word="pending"), ReadList(MOST, page=1)]
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed("b", unreadable=1))
    server.reading.follow_word(round_, ReadList(MOST, word="pending"), listed("b", unreadable=1))
    assert (list(round_.lists), round_.hole_below) == ([], None)


def test_lists_by_word_stand_for_single_reads_where_they_are_fewer(server: Server) -> None:
    """R12: three jobs of one word are one request; two of two words are not fewer than two, nor is any of no word."""
    for job_id in "abc":
        server.has(job_id, 1.0)
    server.has("d", 1.0, Status.QUEUED, "pending")
    assert server.reading.instead_of(["a", "b", "c"]) == (ReadList(MOST, word="processing"),)
    assert server.reading.instead_of(["a", "d"]) == ()
    assert server.reading.instead_of([]) == server.reading.instead_of(["unknown"]) == ()
    assert server.reading.instead_of(["a", "b", "unknown"]) == (ReadList(MOST, word="processing"),)
    assert server.reading.instead_of(["a", "b", "d"]) == (
        ReadList(MOST, word="pending"),
        ReadList(MOST, word="processing"),
    )


def test_a_server_without_pages_has_no_lists_by_word() -> None:
    """R12: there the jobs are read one by one."""
    server = Server(paged=False)
    for job_id in "abc":
        server.has(job_id, 1.0)
    assert server.reading.instead_of(["a", "b", "c"]) == ()


def test_after_a_pause_open_jobs_are_searched_for_under_every_word(server: Server) -> None:
    """R12, R18: of what was submitted elsewhere meanwhile, this page does not know the word."""
    server.has("a", 1.0, Status.RUNNING, "rendering")
    words = {request.word for request in server.reading.of_open_jobs(a_round(), [])}
    assert words == {*OPEN_WORDS, "rendering"}
    server.reading.succeeded()
    assert server.reading.of_open_jobs(a_round(), []) == ()
    server.reading.search_everywhere()
    assert len(server.reading.of_open_jobs(a_round(), [])) == len(OPEN_WORDS) + 1


def test_nothing_is_searched_for_in_a_list_that_was_read_whole(server: Server) -> None:
    """R12: every open job of the server's is in it."""
    round_ = a_round()
    server.reading.follow(round_, ReadList(MOST), listed())
    assert server.reading.of_open_jobs(round_, []) == ()


def test_a_word_is_followed_until_all_that_was_expected_is_covered(server: Server) -> None:
    """R12: a full page of open jobs has another after it, unless nobody waits for what is on it."""
    request = ReadList(MOST, word="processing")
    for job_id in "abcd":
        server.has(job_id, 1.0)
    waiting, done, short = a_round("d"), a_round("a"), a_round("d")
    done.covered.update("abc")
    server.reading.follow_word(waiting, request, listed("a", "b", "c"))
    server.reading.follow_word(done, request, listed("a", "b", "c"))
    server.reading.follow_word(short, request, listed("a", "b"))
    assert list(waiting.lists) == [ReadList(MOST, page=1, word="processing")]
    assert (list(done.lists), list(short.lists)) == ([], [])


def test_a_server_that_ignores_the_word_is_not_asked_by_word_again(server: Server) -> None:
    """R12: a full page of a word, most of which has ended, is a page of everything."""
    for job_id in "ab":
        server.has(job_id, 1.0, Status.SUCCEEDED, "completed")
    for job_id in "cde":
        server.has(job_id, 1.0)
    round_ = a_round("c", "d", "e")
    round_.lists.append(ReadList(MOST, word="running"))
    server.reading.follow_word(round_, ReadList(MOST, word="processing"), listed("a", "b", "c"))
    assert list(round_.lists) == []
    assert server.reading.instead_of(["c", "d", "e"]) == ()
    server.reading.clear()
    assert server.reading.instead_of(["c", "d", "e"]) == (ReadList(MOST, word="processing"),)


def test_a_page_of_a_word_of_which_half_has_ended_is_still_one_of_that_word(server: Server) -> None:
    """R12: jobs end between the moment of the list and now; only where most have, the word was ignored."""
    for job_id in "ab":
        server.has(job_id, 1.0, Status.SUCCEEDED, "completed")
    for job_id in "cdef":
        server.has(job_id, 1.0)
    round_ = a_round("f")
    server.reading.follow_word(round_, ReadList(4, word="processing"), listed("a", "b", "c", "d"))
    assert list(round_.lists) == [ReadList(4, page=1, word="processing")]
    assert server.reading.instead_of(["c", "d"]) == (ReadList(MOST, word="processing"),)


@pytest.mark.parametrize(("page", "further"), [(0, [1]), (PAGES_MOST - 2, [PAGES_MOST - 1]), (PAGES_MOST - 1, [])])
def test_a_word_is_followed_for_as_many_pages_as_one_round_reads(server: Server, page: int, further: list[int]) -> None:
    """R12: a server with ever more open jobs ends a round too."""
    for job_id in "abc":
        server.has(job_id, 1.0)
    round_ = a_round("z")
    server.reading.follow_word(round_, ReadList(MOST, page=page, word="processing"), listed("a", "b", "c"))
    assert further == [request.page for request in round_.lists]


def test_another_user_s_open_jobs_are_searched_for_everywhere(server: Server) -> None:
    """R12, R18: nothing is known of what they have submitted elsewhere."""
    server.reading.succeeded()
    assert server.reading.of_open_jobs(a_round(), []) == ()
    server.reading.clear()
    assert [request.word for request in server.reading.of_open_jobs(a_round(), [])] == sorted(OPEN_WORDS)
