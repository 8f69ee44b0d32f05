"""Windows of one browser through hundreds of rounds in which the holder is killed, frozen, hidden, robbed or left.

``HYPOTHESIS_PROFILE=thorough`` makes it a thousand rounds, another story each time.
"""

from __future__ import annotations

from random import SystemRandom

import pytest
from hypothesis import settings

from tests.stateful.browser_windows import BEFALLS, QUIET_S, Windows

THOROUGH = settings().max_examples > 1000
ROUNDS = 1000 if THOROUGH else 180
SEED = SystemRandom().randrange(2**32) if THOROUGH else 43
TAKEN_OVER_S = 1.0
RIGHT_S = 10.0
"""Whatever is pushed of an unknown job, its list is searched at most so often (``core.unknown_ids``)."""


async def live(windows: Windows) -> set[str]:
    """Go through the rounds; what befell a holder."""
    befell = set()
    for number in range(ROUNDS):
        kind = BEFALLS[number % len(BEFALLS)]
        story = f"seed {SEED}, round {number}, {kind}"
        windows.backend.replays = windows.dice.random() < 0.5
        windows.work()
        await windows.run(windows.dice.random())
        holder = windows.holder
        await windows.befall(holder, kind)
        windows.work()
        if windows.watching:
            befell.add(kind)
            await windows.until(lambda: windows.settled, TAKEN_OVER_S)
            assert windows.settled, story
            await windows.until(lambda: not windows.differences(), RIGHT_S)
            assert [] == windows.differences(), story
        await windows.run(windows.dice.choice([0.0, 0.5, 2.0]))
        await windows.recover(holder, kind)
        windows.work()
        await windows.until(lambda: windows.settled and not windows.differences(), RIGHT_S)
        assert ([], 1) == (windows.differences(), windows.sockets), story
    return befell


@pytest.mark.timeout(3600 if THOROUGH else 120)
async def test_whatever_befalls_the_holder_all_windows_are_right_and_ask_as_one() -> None:
    """R43: another holds within 1 s, all lists are the backend's after each round, and nothing is left at the end."""
    asked = []
    for count in (1, 3):
        windows = await Windows(SEED, count).begin()
        befell = await live(windows)
        assert count == 1 or set(BEFALLS) == befell
        windows.finish()
        # Within an interval all have come to read at the same moments.
        await windows.run(60.0)
        in_all = windows.asked
        await windows.run(QUIET_S)
        asked.append((in_all, windows.asked - in_all))
        await windows.close()
    (alone, alone_quiet), (together, together_quiet) = asked
    # A round is one catch-up of a window that is alone, and two of several: the new holder's, and that of who is back.
    assert together <= 2.5 * alone
    assert 0 < together_quiet <= alone_quiet
