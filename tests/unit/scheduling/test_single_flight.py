"""One piece of work, shared by everybody who asks for it meanwhile."""

import asyncio

import pytest

from app.scheduling.single_flight import SingleFlight


class Work:
    """Work that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.gate = asyncio.Event()
        self.failure: Exception | None = None

    async def __call__(self) -> None:
        self.begun += 1
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.ended += 1


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_everybody_who_asks_meanwhile_shares_the_work() -> None:
    """R33: single flight; whoever asks after it has ended begins anew."""
    flight, work = SingleFlight(), Work()
    callers = [asyncio.ensure_future(flight.join(work)) for _ in range(3)]
    await settle()
    assert (1, [False] * 3) == (work.begun, [caller.done() for caller in callers])
    work.gate.set()
    await asyncio.gather(*callers)
    await flight.join(work)
    assert (2, 2) == (work.begun, work.ended)


async def test_a_caller_that_gives_up_does_not_take_the_work_with_it() -> None:
    """R33: the others still get what they wait for."""
    flight, work = SingleFlight(), Work()
    callers = [asyncio.ensure_future(flight.join(work)) for _ in range(2)]
    await settle()
    callers[0].cancel()
    await settle()
    work.gate.set()
    await callers[1]
    assert (True, 1) == (callers[0].cancelled(), work.ended)


async def test_a_failure_is_every_callers() -> None:
    """R33: nobody takes a failed renewal for a token."""
    flight, work = SingleFlight(), Work()
    work.failure = ValueError("x")
    work.gate.set()
    outcomes = await asyncio.gather(*(flight.join(work) for _ in range(2)), return_exceptions=True)
    assert ([work.failure] * 2, 1) == (outcomes, work.begun)


async def test_a_failure_that_nobody_waits_for_is_no_error_of_the_page() -> None:
    """R21: its only caller has given up."""
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    flight, work = SingleFlight(), Work()
    work.failure = ValueError("x")
    caller = asyncio.ensure_future(flight.join(work))
    await settle()
    caller.cancel()
    work.gate.set()
    await settle()
    assert [] == reported


async def test_a_cancel_lets_everybody_go_and_the_next_begin_anew() -> None:
    """R33, fault 26: hanging work does not hold up the next session."""
    flight, work = SingleFlight(), Work()
    callers = [asyncio.ensure_future(flight.join(work)) for _ in range(2)]
    await settle()
    flight.cancel()
    work.gate.set()
    again = asyncio.ensure_future(flight.join(work))
    await asyncio.gather(*callers, again)
    assert (2, 1) == (work.begun, work.ended)


async def test_work_that_cancels_itself_goes_on_to_its_end() -> None:
    """R33: the renewal that ends its session gives back its lock."""
    flight = SingleFlight()
    ended: list[bool] = []

    async def work() -> None:
        flight.cancel()
        await asyncio.sleep(0)
        ended.append(True)

    await flight.join(work)
    assert [True] == ended


@pytest.mark.parametrize("times", [1, 2])
async def test_a_cancel_of_nothing_is_nothing(times: int) -> None:
    """R5: closing twice is as good as once."""
    flight, work = SingleFlight(), Work()
    for _ in range(times):
        flight.cancel()
    work.gate.set()
    await flight.join(work)
    assert 1 == work.ended
