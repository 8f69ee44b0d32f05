"""Which page of a browser is the holder, whatever becomes of the pages, the lock and the messages."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

import hypothesis.strategies as st
from hypothesis import given, settings

from app.core.leadership import STALE_S, Leadership, Role
from app.core.leadership_events import (
    Acquired,
    BeatReceived,
    ByeReceived,
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
