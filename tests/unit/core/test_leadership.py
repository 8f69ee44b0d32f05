"""Which page of a browser is the holder, whatever becomes of the pages, the lock and the messages."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from app.core.leadership import BEAT_S, GONE_S, HELLO_S, SPREAD_S, STALE_S, Leadership, Role
from app.core.leadership_events import (
    Acquired,
    BeatReceived,
    ByeReceived,
    Changed,
    Claim,
    Effect,
    GiveUp,
    HelloReceived,
    Input,
    Join,
    Leave,
    Lost,
    SendBeat,
    SendBye,
    SendHello,
    Term,
    Tick,
    Visibility,
)

STEP_S = 0.05


@dataclass(eq=False)
class Page:
    """A page, what has yet to reach it, and whether it is frozen."""

    machine: Leadership
    inbox: deque[Input] = field(default_factory=deque)
    hidden: bool = False
    frozen: bool = False
    terms: list[Term] = field(default_factory=list)


class Browser:
    """Pages, one lock and one channel. A frozen page keeps its lock and takes nothing in."""

    def __init__(self, seed: int = 0) -> None:
        self.now = 100.0
        self.pages: list[Page] = []
        self.lossy = False
        self._opened = 0
        self._random = Random(seed)
        # The lock: who holds it, and who waits for it.
        self._lock: list[Page] = []

    def open(self, *, hidden: bool = False) -> Page:
        page = Page(Leadership(f"p{self._opened}", self._random.random), hidden=hidden)
        self._opened += 1
        self.pages.append(page)
        self.give(page, Join(hidden))
        return page

    def die(self, page: Page) -> None:
        """The page crashes: no word, and the lock is free."""
        self.pages.remove(page)
        self._release(page)

    def leave(self, page: Page) -> None:
        self.give(page, Leave())
        self.pages.remove(page)

    def hide(self, page: Page, hidden: bool) -> None:
        if page.hidden != hidden:
            page.hidden = hidden
            page.inbox.append(Visibility(hidden))

    def give(self, page: Page, event: Input) -> None:
        for effect in page.machine.handle(event, self.now):
            self._do(page, effect)
        if page.machine.role is Role.HOLDER and page.machine.term not in page.terms:
            page.terms.append(page.machine.term)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.now += STEP_S
            # Messages are quick beside timers, and answers to them too.
            for _ in range(4):
                for page in tuple(self.pages):
                    while page.inbox and not page.frozen and page in self.pages:
                        self.give(page, page.inbox.popleft())
            for page in tuple(self.pages):
                deadline = page.machine.deadline
                if not page.frozen and deadline is not None and self.now >= deadline:
                    self.give(page, Tick())

    def _do(self, page: Page, effect: Effect) -> None:
        machine = page.machine
        match effect:
            case Claim(steal):
                if steal and self._lock:
                    self._lock[0].inbox.append(Lost())
                    self._lock[0] = page
                    page.inbox.append(Acquired())
                else:
                    self._lock.append(page)
                    if self._lock[0] is page:
                        page.inbox.append(Acquired())
            case GiveUp():
                self._release(page)
            case SendBeat():
                self._post(page, BeatReceived(machine.term, page.hidden))
            case SendHello():
                self._post(page, HelloReceived(machine.page, page.hidden))
            case SendBye():
                self._post(page, ByeReceived(machine.page))
            case _:
                pass

    def _release(self, page: Page) -> None:
        page.inbox = deque(event for event in page.inbox if not isinstance(event, Acquired | Lost))
        if page in self._lock:
            held = self._lock[0] is page
            self._lock.remove(page)
            if held and self._lock:
                self._lock[0].inbox.append(Acquired())

    def _post(self, sender: Page, event: Input) -> None:
        for page in self.pages:
            if page is not sender and not (self.lossy and self._random.random() < 0.5):
                page.inbox.append(event)


def holders(browser: Browser) -> list[Page]:
    """The awake pages that hold."""
    return [page for page in browser.pages if page.machine.role is Role.HOLDER and not page.frozen]


def test_a_page_that_is_alone_holds_and_has_no_timer() -> None:
    """R43: one page needs no heartbeat."""
    browser = Browser()
    page = browser.open()
    browser.run(0.2)
    assert (Role.HOLDER, None, 1) == (page.machine.role, page.machine.deadline, page.machine.pages)


def test_of_three_pages_the_first_holds_and_the_others_know_it() -> None:
    """R43: the others follow, and each knows how many there are."""
    browser = Browser()
    first, second, third = (browser.open() for _ in range(3))
    browser.run(0.5)
    assert [first] == holders(browser)
    assert ["p0", "p0"] == [second.machine.holder, third.machine.holder]
    assert [3, 3, 3] == [page.machine.pages for page in browser.pages]


def test_a_holder_serves_as_soon_as_there_is_another_page_and_nobody_else_does() -> None:
    """R43: alone there is nobody to receive and to read for, and a follower does neither."""
    browser = Browser()
    first = browser.open()
    browser.run(0.2)
    assert not first.machine.serves
    second = browser.open()
    browser.run(0.2)
    assert [True, False] == [first.machine.serves, second.machine.serves]


def test_a_healthy_holder_is_left_alone() -> None:
    """R43: nothing changes hands for an hour, and a page that closes is counted no longer."""
    browser = Browser()
    first, second, third = (browser.open() for _ in range(3))
    browser.run(60)
    browser.leave(third)
    browser.run(60)
    assert ([first], [first.machine.term]) == (holders(browser), first.terms)
    assert [2, 2] == [first.machine.pages, second.machine.pages]


def test_the_death_of_the_holder() -> None:
    """R43: another takes over within a second, without a word from the dead."""
    browser = Browser()
    first, second = browser.open(), browser.open()
    browser.run(1)
    browser.die(first)
    browser.run(1)
    assert [second] == holders(browser)


def test_a_frozen_holder_loses_the_lock_and_stands_down_when_it_wakes() -> None:
    """R43: the heartbeat stops, another takes over within a second; the sleeper becomes a follower."""
    browser = Browser()
    first, second = browser.open(), browser.open()
    browser.run(1)
    first.frozen = True
    browser.run(1)
    assert [second] == holders(browser)
    first.frozen = False
    browser.run(1)
    assert ([second], Role.FOLLOWER, "p1") == (holders(browser), first.machine.role, first.machine.holder)


def test_a_hidden_holder_hands_over_to_a_page_that_is_seen() -> None:
    """R43, R17: hiding the holder's page makes the visible one the holder; among hidden ones it stays."""
    browser = Browser()
    first, second = browser.open(), browser.open()
    browser.run(1)
    browser.hide(first, hidden=True)
    browser.run(0.2)
    assert [second] == holders(browser)
    browser.hide(second, hidden=True)
    browser.run(60)
    assert ([second], None) == (holders(browser), second.machine.deadline)
    browser.hide(first, hidden=False)
    browser.run(0.2)
    assert [first] == holders(browser)


def test_a_hidden_page_keeps_the_lock_from_a_visible_one_that_is_frozen() -> None:
    """R43: the lock is not handed round while nobody can take it, and goes to the visible page once it wakes."""
    browser = Browser()
    first, second = browser.open(), browser.open()
    browser.run(1)
    first.frozen = True
    browser.run(1)
    browser.hide(second, hidden=True)
    browser.run(60)
    assert ([second], 2) == (holders(browser), len(second.terms))
    first.frozen = False
    browser.run(1)
    assert [first] == holders(browser)


def test_a_page_that_slept_takes_nothing_away() -> None:
    """R43: beats that wait for a page that was frozen itself are received before it calls the holder dead."""
    browser = Browser()
    first, second = browser.open(), browser.open()
    browser.run(1)
    second.frozen = True
    browser.run(5)
    second.frozen = False
    browser.run(1)
    assert ([first], 1) == (holders(browser), len(first.terms))


def test_a_crashed_hidden_page_is_counted_until_the_next_term() -> None:
    """R43: hidden pages need not speak, but a new holder counts only those that answer."""
    browser = Browser()
    first, second, third = browser.open(), browser.open(), browser.open(hidden=True)
    browser.run(1)
    browser.die(third)
    browser.run(30)
    assert 3 == second.machine.pages
    browser.die(first)
    browser.run(8)
    assert 1 == second.machine.pages


def test_whoever_left_holds_nothing() -> None:
    """R43, R5: after sign-out there is no deadline, no role, and the lock is free."""
    browser = Browser()
    first, second = browser.open(), browser.open()
    browser.run(1)
    browser.leave(first)
    browser.run(0.2)
    assert (Role.ALONE, None, None) == (first.machine.role, first.machine.holder, first.machine.deadline)
    assert [second] == holders(browser)


# One page, input by input


def first() -> float:
    """Take a lock away as soon as any page may."""
    return 0.0


def joined(*, hidden: bool = False) -> Leadership:
    """Return a page that joined at 10 s."""
    page = Leadership("p1", first)
    assert [SendHello(), Claim(steal=False)] == page.handle(Join(hidden), 10.0)
    return page


def following() -> Leadership:
    """Return a page that follows since 10 s."""
    page = joined()
    assert [Changed(), SendHello()] == page.handle(BeatReceived(Term(1, "p0"), hidden=False), 10.0)
    return page


def holding(*, hidden: bool = False) -> Leadership:
    """Return a page that holds since 10 s."""
    page = joined(hidden=hidden)
    assert [Changed(), SendBeat()] == page.handle(Acquired(), 10.0)
    return page


def wait(page: Leadership) -> float:
    """Return when the page wants to be called next."""
    assert page.deadline is not None
    return page.deadline


def test_a_page_that_has_not_joined_knows_nothing_and_does_nothing() -> None:
    """R43: but for the term that others hold in, so that its own is later."""
    page = Leadership("p1", first)
    assert (Role.ALONE, Term(0, ""), None, None, 1) == (page.role, page.term, page.holder, page.deadline, page.pages)
    assert [] == page.handle(BeatReceived(Term(4, "p0"), hidden=False), 9.0)
    page.handle(Join(hidden=False), 10.0)
    page.handle(Acquired(), 10.1)
    assert Term(5, "p1") == page.term


def test_joining_twice_is_joining_once() -> None:
    """R43: the lock is queued for once."""
    page = joined()
    assert (10.0 + STALE_S, []) == (wait(page), page.handle(Join(hidden=False), 10.1))


def test_a_holder_beats_when_it_is_due_and_not_before() -> None:
    """R43: as soon as another visible page is there, and at once when that says hello."""
    page = holding()
    assert page.deadline is None
    assert [Changed(), SendBeat()] == page.handle(HelloReceived("p2", hidden=False), 11.0)
    due = wait(page)
    assert 11.0 + BEAT_S == due
    assert ([], [SendBeat()]) == (page.handle(Tick(), due - 0.01), page.handle(Tick(), due))
    assert due + BEAT_S == wait(page)


def test_a_hidden_page_waits_for_nothing() -> None:
    """R43, R17: a tick that was on its way does nothing."""
    page = joined(hidden=True)
    assert (None, []) == (page.deadline, page.handle(Tick(), 99.0))


def test_a_follower_takes_the_lock_away_exactly_when_beats_are_overdue() -> None:
    """R43: not before, and from then on nobody is known to hold."""
    page = following()
    due = wait(page)
    assert (10.0 + STALE_S, "p0", []) == (due, page.holder, page.handle(Tick(), due - 0.01))
    assert [Changed(), GiveUp(), Claim(steal=True)] == page.handle(Tick(), due)
    assert (None, due + STALE_S) == (page.holder, wait(page))


@pytest.mark.parametrize(("late_s", "slept"), [(STALE_S * 0.4, False), (STALE_S / 2, False), (STALE_S * 0.51, True)])
def test_a_tick_that_comes_late_takes_nothing_away(late_s: float, slept: bool) -> None:
    """R43: the page itself slept, and beats may wait for it."""
    page = following()
    now = wait(page) + late_s
    assert ([] if slept else [Changed(), GiveUp(), Claim(steal=True)]) == page.handle(Tick(), now)
    assert ("p0" if slept else None) == page.holder


def test_a_follower_says_hello_every_now_and_then() -> None:
    """R43: exactly when that is due, and before the lock is taken away where both are due."""
    page = following()
    for number in range(1, 4):
        page.handle(BeatReceived(Term(1, "p0"), hidden=False), 10.0 + number * 0.5)
    assert 10.0 + HELLO_S == wait(page)
    assert [SendHello()] == page.handle(Tick(), wait(page))
    page = following()
    for number in range(1, 4):
        page.handle(BeatReceived(Term(1, "p0"), hidden=False), 10.0 + number * 0.5)
    assert [Changed(), SendHello(), GiveUp(), Claim(steal=True)] == page.handle(Tick(), 11.5 + STALE_S + 0.05)


def test_the_beat_of_an_earlier_term_is_answered_by_the_holder_alone() -> None:
    """R43: whoever still believes in it learns of the later one."""
    page = holding()
    assert [SendBeat()] == page.handle(BeatReceived(Term(0, "p0"), hidden=False), 11.0)
    follower = following()
    assert [] == follower.handle(BeatReceived(Term(0, "p2"), hidden=False), 11.0)
    assert ("p0", Role.HOLDER) == (follower.holder, page.role)


def test_whatever_a_holder_says_puts_off_its_next_beat() -> None:
    """R43: an answer to an earlier term is a beat, and so is the one of a page that is shown."""
    page = holding()
    page.handle(HelloReceived("p2", hidden=False), 11.0)
    page.handle(BeatReceived(Term(0, "p0"), hidden=False), 11.1)
    assert 11.1 + BEAT_S == wait(page)
    assert [SendBeat()] == page.handle(Visibility(hidden=False), 11.15)
    assert 11.15 + BEAT_S == wait(page)


def test_a_little_is_added_by_chance() -> None:
    """R43: so that of several followers one comes first."""
    page = Leadership("p1", lambda: 0.5)
    page.handle(Join(hidden=False), 10.0)
    assert 10.0 + (STALE_S + SPREAD_S * 0.5) == wait(page)


def test_a_follower_that_gets_the_lock_asks_nobody_any_more() -> None:
    """R43: it holds in a term that is later than all it knows of."""
    page = following()
    assert [Changed(), SendBeat()] == page.handle(Acquired(), 11.0)
    assert (Role.HOLDER, Term(2, "p1")) == (page.role, page.term)
    assert page.holder is None


def test_a_later_term_makes_a_holder_stand_down() -> None:
    """R43: it queues again, says hello, and waits for beats; a hidden holder cannot be asked."""
    page = holding()
    effects = page.handle(BeatReceived(Term(2, "p0"), hidden=True), 11.0)
    assert [Changed(), GiveUp(), Claim(steal=False), SendHello()] == effects
    assert (Role.FOLLOWER, None, Term(2, "p0"), 11.0 + STALE_S) == (page.role, page.holder, page.term, wait(page))
    assert [SendHello()] == page.handle(BeatReceived(Term(2, "p0"), hidden=True), 11.1)
    assert [Changed()] == page.handle(BeatReceived(Term(2, "p0"), hidden=False), 11.2)
    assert "p0" == page.holder


def test_a_lost_lock_makes_a_holder_stand_down() -> None:
    """R43: whoever took it says so itself soon."""
    page = holding()
    assert [Changed(), GiveUp(), Claim(steal=False)] == page.handle(Lost(), 11.0)
    assert (Role.FOLLOWER, None, 11.0 + STALE_S) == (page.role, page.holder, wait(page))


def test_only_the_holder_that_is_hidden_can_no_longer_be_asked() -> None:
    """R43: another page that is hidden changes nothing of whom a follower asks."""
    page = following()
    page.handle(HelloReceived("p2", hidden=True), 10.1)
    assert "p0" == page.holder
    page.handle(HelloReceived("p0", hidden=False), 10.2)
    assert "p0" == page.holder
    page.handle(HelloReceived("p0", hidden=True), 10.3)
    assert page.holder is None


def test_a_hidden_holder_hands_on_to_a_visible_page_alone() -> None:
    """R43: to another hidden one it shows that it is alive."""
    page = holding(hidden=True)
    assert [Changed(), SendBeat()] == page.handle(HelloReceived("p2", hidden=True), 11.0)
    assert [Changed(), GiveUp(), Claim(steal=False)] == page.handle(HelloReceived("p2", hidden=False), 11.1)


def test_a_visible_page_is_gone_when_it_said_nothing_for_a_while() -> None:
    """R43: to the moment, however new the term is."""
    page = holding()
    page.handle(HelloReceived("p2", hidden=False), 11.0)
    page.handle(Tick(), 11.0 + GONE_S)
    assert 2 == page.pages
    page.handle(Tick(), 11.0 + GONE_S + 0.3)
    assert 1 == page.pages
    page = joined()
    page.handle(HelloReceived("p2", hidden=False), 11.0)
    page.handle(HelloReceived("p3", hidden=False), 29.9)
    page.handle(Acquired(), 30.0)
    page.handle(Tick(), wait(page))
    assert 2 == page.pages


def test_a_hidden_page_is_gone_when_it_does_not_answer_a_new_term() -> None:
    """R43: before that it need not speak."""
    page = joined()
    page.handle(HelloReceived("p2", hidden=True), 11.0)
    page.handle(Acquired(), 30.0)
    counted = []
    for now in (35.0, 30.0 + GONE_S, 30.0 + GONE_S + 0.3):
        page.handle(HelloReceived("p3", hidden=False), now - 0.3)
        page.handle(Tick(), now)
        counted.append(page.pages)
    assert [3, 3, 2] == counted
    page.handle(HelloReceived("p4", hidden=True), 40.0)
    page.handle(HelloReceived("p3", hidden=False), 99.0)
    page.handle(Tick(), 99.3)
    assert 3 == page.pages


def test_a_page_that_says_goodbye_is_gone_at_once() -> None:
    """R43: and holds nothing any more."""
    page = following()
    assert [Changed()] == page.handle(ByeReceived("p0"), 10.1)
    assert (None, 1, []) == (page.holder, page.pages, page.handle(ByeReceived("p9"), 10.2))


def test_leaving_gives_everything_back() -> None:
    """R43, R5: and what comes afterwards changes nothing but the term."""
    page = holding()
    page.handle(HelloReceived("p2", hidden=False), 11.0)
    assert [Changed(), SendBye(), GiveUp()] == page.handle(Leave(), 12.0)
    assert (Role.ALONE, 1, None) == (page.role, page.pages, page.deadline)
    assert [] == page.handle(Acquired(), 12.1)
    assert Role.ALONE is page.role


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["open", "open hidden", "die", "leave", "hide", "show", "freeze", "thaw", "lose", "carry"]),
        st.integers(0, 5),
        st.sampled_from([0.0, 0.05, 0.3, STALE_S, 1.0, 7.0]),
    ),
    max_size=25,
)


@settings(max_examples=300, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 1000))
def test_whatever_happens_one_visible_page_ends_up_as_the_holder(
    steps: list[tuple[str, int, float]], seed: int
) -> None:
    """R43: no term has two holders; a second after the last trouble one visible page holds, and all know which."""
    browser = Browser(seed)
    every: list[Page] = [browser.open()]
    for move, which, wait_s in steps:
        page = browser.pages[which % len(browser.pages)] if browser.pages else browser.open()
        match move:
            case "open" | "open hidden":
                if len(browser.pages) < 5:
                    every.append(browser.open(hidden=move == "open hidden"))
            case "die":
                browser.die(page)
            case "leave":
                browser.leave(page)
            case "hide" | "show":
                browser.hide(page, hidden=move == "hide")
            case "freeze" | "thaw":
                page.frozen = move == "freeze"
            case _:
                browser.lossy = move == "lose"
        browser.run(wait_s)
    terms = [term for page in {*every, *browser.pages} for term in page.terms]
    assert len(set(terms)) == len(terms)
    browser.lossy = False
    seen = browser.open()
    browser.run(1)
    visible = [page for page in browser.pages if not page.hidden and not page.frozen]
    assert seen in visible
    found = holders(browser)
    assert 1 == len(found)
    assert found[0] in visible
    followers = [page for page in visible if page is not found[0]]
    assert {found[0].machine.page} >= {page.machine.holder for page in followers}
