"""The ledger: no gap, exact sums, and no claim before it is proven."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.amounts import Amount
from app.core.ledger import (
    Bill,
    BillProof,
    Charge,
    Ledger,
    LedgerPage,
    Movement,
    Run,
    Sum,
    Ticket,
    balances,
    line,
    moment,
    sums,
)
from app.core.records import Task, Word
from app.core.status import Status

SIZE = 3


def movement(number: int, amount: Amount = -1, job: str | None = None, at: float | None = None) -> Movement:
    """Return a movement; the ledger began with nothing, and each took one."""
    return Movement(f"m{number}", amount, before=-number, after=-number - 1, job_id=job, at=at)


def page(*movements: Movement, total: int | None = None, unreadable: int = 0) -> LedgerPage:
    """Return a page."""
    return LedgerPage(movements, total, len(movements) + unreadable)


def down(newest: int, oldest: int) -> list[Movement]:
    """Return the movements from one to another, newest first."""
    return [movement(number) for number in range(newest, oldest - 1, -1)]


def ids(ledger: Ledger) -> list[str]:
    """Return which movements are known."""
    return [one.id for one in ledger.movements]


def known(*movements: Movement) -> Ledger:
    """Return a ledger that has been read to its end."""
    ledger = Ledger(100)
    ledger.take(1, page(*movements, total=len(movements)))
    return ledger


# Pages


def test_nothing_is_known_at_first() -> None:
    """R46: the newest page is the first to be read, whatever the size of a page."""
    ledger = Ledger(1)
    assert (None, False, False, 1) == (ledger.total, ledger.loaded, ledger.complete, ledger.next_page)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=40), st.booleans())
def test_whatever_is_read_in_any_order_has_no_gap(steps: list[tuple[int, int]], totals: bool) -> None:
    """R46: the known movements are always the newest ones that the server had at the last read of its newest page.

    From wherever that has led, the newest page and those that follow it read everything.
    """
    server: list[Movement] = []
    numbers = count()
    ledger = Ledger(SIZE)
    newest: list[Movement] = []
    for born, which in steps:
        server[:0] = reversed([movement(next(numbers)) for _ in range(born)])
        items = server[(which - 1) * SIZE : which * SIZE]
        ledger.take(which, page(*items, total=len(server) if totals else None))
        if which == 1:
            newest = list(server)
        assert newest[: len(ledger.movements)] == ledger.movements
        if ledger.complete:
            assert ledger.movements == newest
    which = 1
    for _ in range(len(server) + 2):
        ledger.take(which, page(*server[(which - 1) * SIZE : which * SIZE], total=len(server) if totals else None))
        which = ledger.next_page or 0
        if not which:
            break
    assert (server, True, None) == (ledger.movements, ledger.complete, ledger.next_page)


@given(st.integers(0, 30), st.integers(0, 3), st.booleans(), st.integers(1, SIZE))
def test_page_after_page_reads_everything(there: int, unreadable: int, totals: bool, most: int) -> None:
    """R46: also if the server gives smaller pages than it was asked for, or some movements cannot be read."""
    most = most if totals else SIZE
    server = [movement(number) for number in reversed(range(there))]
    ledger = Ledger(SIZE)
    for _ in range(2 * there + 2):
        which = ledger.next_page
        if which is None:
            break
        size = min(ledger.size, most)
        items = server[(which - 1) * size : which * size]
        readable = [one for one in items if int(one.id[1:]) >= unreadable]
        ledger.take(which, LedgerPage(tuple(readable), there if totals else None, len(items)))
    assert (True, None) == (ledger.complete, ledger.next_page)
    assert ledger.movements == server[: max(0, there - unreadable)]


def test_a_stale_answer_takes_nothing_away() -> None:
    """R46: the newest movements stay though an answer from before them comes late."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(movement(3), movement(2), movement(1), total=4))
    ledger.take(1, page(movement(2), movement(1), movement(0), total=3))
    assert ["m3", "m2", "m1"] == ids(ledger)
    assert (4, False, 2) == (ledger.total, ledger.complete, ledger.next_page)


def test_a_newest_page_that_does_not_reach_what_is_known_begins_anew() -> None:
    """R46: what would leave a hole is forgotten."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(movement(2), movement(1), movement(0), total=3))
    ledger.take(1, page(movement(9), movement(8), movement(7), total=10))
    assert (["m9", "m8", "m7"], 2, False) == (ids(ledger), ledger.next_page, ledger.complete)


def test_what_is_new_pushes_the_next_page_along() -> None:
    """R46: an older page goes on where the known movements end now, and what is known stays."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(*down(9, 7), total=10))
    ledger.take(2, page(*down(6, 4), total=10))
    ledger.take(1, page(*down(11, 9), total=12))
    assert ([one.id for one in down(11, 4)], 12, 3) == (ids(ledger), ledger.total, ledger.next_page)


def test_an_older_page_that_was_pushed_along_adds_what_is_not_known() -> None:
    """R46: a movement that came about between two pages makes them overlap, and is counted as one that is missing."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(*down(5, 3), total=6))
    ledger.take(2, page(*down(3, 1), total=7))
    assert (["m5", "m4", "m3", "m2", "m1"], 7, 3) == (ids(ledger), ledger.total, ledger.next_page)
    ledger.take(1, page(*down(6, 4), total=7))
    assert (["m6", "m5", "m4", "m3", "m2", "m1"], False, 3) == (ids(ledger), ledger.complete, ledger.next_page)
    ledger.take(3, page(movement(0), total=7))
    assert ([one.id for one in down(6, 0)], True) == (ids(ledger), ledger.complete)


@pytest.mark.parametrize(
    ("total", "now", "items"),
    [
        (6, 12, (Movement("m8", -1), Movement("m7", -1), Movement("m6", -1))),
        (None, None, (movement(8), movement(7), movement(6))),
    ],
    ids=["by the total", "by the balance"],
)
def test_an_older_page_that_may_be_newer_is_left_out(
    total: int | None, now: int | None, items: tuple[Movement, ...]
) -> None:
    """R46: what came about since may fill a page and more; nothing of it is known to follow."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(Movement("m5", -1), Movement("m4", -1), movement(3), total=total))
    ledger.take(2, page(*items, total=now))
    assert (["m5", "m4", "m3"], total, 2) == (ids(ledger), ledger.total, ledger.next_page)


def test_an_older_page_of_what_is_newer_than_the_newest_known_is_left_out() -> None:
    """R46: where a page before it has shown how many came about, as long as the newest page was not read again."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(*down(3, 1), total=4))
    ledger.take(3, page(*down(3, 1), total=10))
    ledger.take(2, page(*down(3, 1), total=7))
    ledger.take(3, page(*down(3, 1), total=10))
    ledger.take(2, page(*down(6, 4), total=10))
    assert ["m3", "m2", "m1"] == ids(ledger)


def test_a_full_last_page_ends_the_ledger_where_its_length_is_known() -> None:
    """R46: nobody asks for an empty page."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(*down(5, 3), total=6))
    assert (False, 2) == (ledger.complete, ledger.next_page)
    ledger.take(2, page(*down(2, 0), total=6))
    assert (True, None) == (ledger.complete, ledger.next_page)


@pytest.mark.parametrize(
    ("there", "total", "size"),
    [(0, 0, SIZE), (0, 9, SIZE), (2, 2, SIZE), (2, 3, 2), (3, 9, SIZE), (2, None, SIZE)],
)
def test_a_short_newest_page_says_how_many_a_page_has(there: int, total: int | None, size: int) -> None:
    """R46: only if there are more movements than it has; an empty one says nothing."""
    ledger = Ledger(SIZE)
    ledger.take(1, page(*down(8, 9 - there), total=total))
    assert (True, size) == (ledger.loaded, ledger.size)


# One job's last run


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ((), None),
        ((-30,), Run(30, 0, True)),
        ((30, -30), Run(30, 30, True)),
        ((-30, 30, -30), Run(30, 0, True)),
        ((10, -30, 30, -30), Run(30, 10, True)),
        ((10, 20, -20, -10), Run(30, 30, True)),
        ((Decimal("0.5"), -30), Run(30, Decimal("0.5"), True)),
        ((-30, 1, -30), Run(30, 0, True)),
        ((0, 30, -30), Run(30, 30, True)),
        ((-10, 0, -20), Run(30, 0, True)),
    ],
)
def test_the_last_run_is_what_was_taken_last_and_what_came_back(
    amounts: tuple[Amount, ...], expected: Run | None
) -> None:
    """R46: a job may be submitted again under its id; its earlier runs say nothing of the last one."""
    ledger = known(*(movement(number, amount, "a") for number, amount in enumerate(amounts)), movement(99, -7, "b"))
    assert expected == ledger.last_run("a")


def test_a_run_is_not_whole_while_older_movements_may_belong_to_it() -> None:
    """R46: until the ledger is known back to the job's beginning, or the job's price has been taken."""
    ledger = Ledger(2)
    ledger.take(1, page(movement(1, 20, "a", 200.0), movement(0, -20, "a", 100.0), total=9))
    assert Run(20, 20, whole=False) == ledger.last_run("a")
    assert Run(20, 20, whole=False) == ledger.last_run("a", created_at=90.0, points=30)
    assert Run(20, 20, whole=False) == ledger.last_run("a", created_at=100.0)
    assert Run(20, 20, whole=True) == ledger.last_run("a", created_at=100.5)
    assert Run(20, 20, whole=True) == ledger.last_run("a", points=20)


def test_a_run_is_whole_where_the_end_of_the_one_before_is_known() -> None:
    """R46: however much of the ledger has not been read."""
    ledger = Ledger(3)
    ledger.take(1, page(movement(3, -30, "a"), movement(2, 20, "a"), movement(1, -20, "a"), total=9))
    assert Run(30, 0, whole=True) == ledger.last_run("a")


JOB = Task(id="a", dated=Word(Status.FAILED, "failed", None, 200.0), created_at=100.0, finished_at=300.0)


@pytest.mark.parametrize(
    ("amount", "at", "job", "expected"),
    [
        (-1, 50.0, JOB, 50.0),
        (1, 50.0, None, 50.0),
        (-1, None, None, None),
        (-1, None, JOB, 100.0),
        (0, None, JOB, 300.0),
        (Decimal("0.5"), None, JOB, 300.0),
        (30, None, replace(JOB, finished_at=None), 200.0),
    ],
)
def test_a_movement_without_a_date_was_when_its_job_began_or_ended(
    amount: Amount, at: float | None, job: Task | None, expected: float | None
) -> None:
    """R46: a job takes when it begins and gives back when it ends; what the ledger says comes first."""
    assert expected == moment(movement(1, amount, "a", at), job)


# What is proven

TAKEN = Run(30, 0, whole=True)
RETURNED = Run(30, 30, whole=True)
ENDINGS = [(False, False), (True, True), (True, False)]


def proof(*, ended: bool = True, succeeded: bool = False) -> BillProof:
    """Return the proof of a job that stands like this."""
    found = BillProof()
    found.job_is(ended=ended, succeeded=succeeded)
    return found


@pytest.mark.parametrize(
    ("ended", "succeeded", "run", "frozen", "expected"),
    [
        (False, False, TAKEN, None, Bill(Charge.FROZEN, 30)),
        (False, False, RETURNED, None, None),
        (True, True, TAKEN, None, Bill(Charge.DEDUCTED, 30)),
        (True, False, TAKEN, None, Bill(Charge.FROZEN, 30)),
        (True, False, TAKEN, 30, Bill(Charge.FROZEN, 30)),
        (True, False, TAKEN, 29, Bill(Charge.DEDUCTED, 30)),
        (True, False, RETURNED, None, Bill(Charge.RETURNED, 30, 30)),
        (True, True, RETURNED, None, Bill(Charge.RETURNED, 30, 30)),
        (True, False, Run(30, 10, True), 20, Bill(Charge.FROZEN, 20)),
        (True, False, Run(30, 10, True), 0, Bill(Charge.PARTLY, 30, 10)),
        (False, False, Run(30, 29, True), None, Bill(Charge.FROZEN, 1)),
        (True, False, Run(30, 29, True), None, Bill(Charge.FROZEN, 1)),
        (True, False, Run(30, 30, False), None, None),
        (True, False, None, 0, None),
    ],
)
def test_what_a_read_proves(
    ended: bool, succeeded: bool, run: Run | None, frozen: int | None, expected: Bill | None
) -> None:
    """R46: what came back came back; what did not was deducted once nothing can come any more."""
    found = proof(ended=ended, succeeded=succeeded)
    found.answered(found.ask(), run, frozen)
    assert expected == found.bill


def test_an_answer_from_before_the_end_was_known_proves_nothing() -> None:
    """R46: the run that it speaks of may be an earlier one."""
    found = proof(ended=False)
    ticket = found.ask()
    found.job_is(ended=True, succeeded=False)
    for run in (TAKEN, RETURNED):
        found.answered(ticket, run, 0)
        assert found.bill is None


def test_nothing_is_proven_of_a_job_before_it_is_known_how_it_stands() -> None:
    """R46: it may be running; the first word of it is one that the ledger is asked for."""
    found = BillProof()
    assert (None, Ticket(0, ended=False, succeeded=False)) == (found.bill, found.ask())
    assert found.job_is(ended=False, succeeded=False)


@pytest.mark.parametrize(("bill", "kept"), [(Bill(Charge.DEDUCTED, 30), 30), (Bill(Charge.PARTLY, 30, 10), 20)])
def test_what_was_not_given_back_is_kept(bill: Bill, kept: Amount) -> None:
    """R46: that is what a job cost."""
    assert kept == bill.kept


def test_a_job_that_begins_anew_takes_the_claim_back() -> None:
    """R46: nothing is claimed of a run that has not ended."""
    found = proof()
    found.answered(found.ask(), RETURNED, 0)
    assert found.job_is(ended=False, succeeded=False)
    assert not found.job_is(ended=False, succeeded=False)
    assert found.bill is None


@dataclass
class World:
    """A server with one job and its ledger, the frames that are under way, and a page that reads."""

    entries: list[Movement] = field(default_factory=list)
    held: int = 0
    others: int = 0
    price: int = 30
    open: bool = False
    settled: bool = True
    frames: list[tuple[bool, bool]] = field(default_factory=list)
    ledger: Ledger = field(default_factory=lambda: Ledger(4))
    proof: BillProof = field(default_factory=BillProof)
    asked: list[tuple[Ticket, int, LedgerPage, str]] = field(default_factory=list)
    truth: str = "none"

    def enter(self, amount: int, job: str | None = "a") -> None:
        self.entries.insert(0, Movement(f"m{len(self.entries)}", amount, job_id=job))

    def submit(self) -> None:
        """Begin the job, or begin it anew."""
        if not self.open and self.settled:
            self.open, self.settled, self.held, self.truth = True, False, self.price, "frozen"
            self.enter(-self.price)
            self.frames.append((False, False))

    def end(self, succeeded: bool) -> None:
        if self.open:
            self.open = False
            self.frames.append((True, succeeded))
            self.succeeds = succeeded

    succeeds: bool = False

    def settle(self) -> None:
        """Deduct or give back what an ended job holds, some time after its end."""
        if not self.open and not self.settled:
            self.settled, self.held = True, 0
            self.truth = "deducted" if self.succeeds else "returned"
            if not self.succeeds:
                self.enter(self.price)

    def frame(self, which: int) -> None:
        """Carry a frame, in any order and any number of times."""
        if self.frames:
            ended, succeeded = self.frames[which % len(self.frames)]
            self.proof.job_is(ended=ended, succeeded=succeeded)

    def ask(self) -> None:
        """Read what is frozen, then the newest page."""
        ticket = self.proof.ask()
        frozen = self.held + self.others
        found = LedgerPage(tuple(self.entries[:4]), len(self.entries), len(self.entries[:4]))
        self.asked.append((ticket, frozen, found, self.truth))

    def answer(self) -> None:
        """The oldest answer under way comes, and whatever is claimed from it is held against what was true then."""
        if self.asked:
            ticket, frozen, found, truth = self.asked.pop(0)
            before = self.proof.bill
            self.ledger.take(1, found)
            self.proof.answered(ticket, self.ledger.last_run("a"), frozen)
            bill = self.proof.bill
            if bill is not None and bill is not before and bill.charge is Charge.RETURNED:
                assert truth == "returned"


@settings(max_examples=1000)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 5)), max_size=60))
def test_no_false_not_charged(steps: list[tuple[int, int]]) -> None:
    """R46: over any order of frames, replays, reads and settlements, "not charged" is said only where it is so."""
    world = World()
    for step, number in steps:
        match step:
            case 0:
                world.submit()
            case 1:
                world.end(succeeded=False)
            case 2:
                world.end(succeeded=True)
            case 3:
                world.settle()
            case 4:
                world.frame(number)
            case 5:
                world.ask()
            case 6:
                world.answer()
            case 7:
                world.enter(-number, "b")


# Sums and the line

AMOUNTS = st.one_of(
    st.integers(-(10**15), 10**15), st.decimals(-(10**15), 10**15, places=18, allow_nan=False, allow_infinity=False)
)


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from("xyz"))))
def test_sums_are_exact(entries: list[tuple[Amount, str]]) -> None:
    """R46: the sums of all keys together are the ledger's, to the last digit."""
    movements = [movement(number, amount, job) for number, (amount, job) in enumerate(entries)]
    found = sums(movements, lambda one: one.job_id)
    (whole,) = sums(movements, lambda _: None).values() if movements else (Sum(),)
    assert sum(_scaled(one.amount) for one in movements) == _scaled(whole.net)
    assert sum(_scaled(one.net) for one in found.values()) == _scaled(whole.net)
    assert sum(one.count for one in found.values()) == len(movements)


def test_each_key_has_its_own_sum() -> None:
    """R46: what went and what came, apart, in the order in which the keys first occur."""
    movements = [movement(4, -30, "b"), movement(3, 5, "a"), movement(2, 10, "b"), movement(1, 0, "b")]
    found = sums(movements, lambda one: one.job_id)
    assert [("b", Sum(30, 10, 3)), ("a", Sum(0, 5, 1))] == list(found.items())


def _scaled(value: Amount) -> int:
    """Return an amount as a whole number of its smallest parts."""
    sign, digits, exponent = Decimal(value).as_tuple()
    whole = int("".join(map(str, digits))) * 10 ** (18 + int(exponent)) if int(exponent) >= -18 else 0
    return -whole if sign else whole


def test_a_balance_that_the_ledger_leaves_out_follows_from_its_neighbours() -> None:
    """R46: from the newer movement's balance before it, or from its amount."""
    movements = [
        Movement("c", -10, before=100, after=90),
        Movement("b", 50),
        Movement("a", -5),
    ]
    assert [90, 100, 50] == balances(movements)
    assert [None, None] == balances([Movement("b", 50), Movement("a", -5)])
    assert 100 == balances([Movement("b", -10, before=100), Movement("a", -5)])[1]


def test_the_line_runs_from_the_oldest_to_the_newest() -> None:
    """R46: by time where each movement has one, else step by step; high is much."""
    dated = [
        Movement("c", 0, after=10, at=1400.0),
        Movement("b", 0, after=30, at=1100.0),
        Movement("a", 0, after=20, at=1000.0),
    ]
    assert [(0.0, 0.5), (0.25, 1.0), (1.0, 0.0)] == line(dated, 9)
    undated = [Movement(one.id, 0, after=one.after) for one in dated]
    assert [(0.0, 0.5), (0.5, 1.0), (1.0, 0.0)] == line(undated, 9)
    assert [] == line(dated[:1], 9)
    assert [(0.0, 0.5), (1.0, 0.5)] == line([Movement("b", 0, after=7), Movement("a", 0, after=7)], 9)


@given(st.integers(0, 500), st.integers(2, 50))
def test_a_long_line_has_few_points_and_ends_with_the_newest(length: int, most: int) -> None:
    """R46: the figure stays small, however long the ledger is."""
    found = line([Movement(str(number), 0, after=number) for number in range(length)], most)
    assert len(found) <= most
    assert not found or found[-1] == (1.0, 0.0)


def test_a_thinned_line_keeps_the_scale_of_all_balances() -> None:
    """R46: lowest and highest are written beside it, whether their points were kept or not."""
    balances_ = [10, 100, 10, 20, 0, 10]
    found = line([Movement(str(number), 0, after=after) for number, after in enumerate(balances_)], 3)
    assert [0.0, 0.1, 0.1] == [y for _, y in found]
