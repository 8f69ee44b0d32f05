"""Coroutines that a part has under way."""

import asyncio

from app.scheduling.background_tasks import BackgroundTasks


async def test_work_that_raises_is_reported_and_harms_no_other() -> None:
    """R21: one failure is reported once, the other work goes on."""
    errors: list[BaseException] = []
    done: list[str] = []
    background = BackgroundTasks(errors.append)  # type: ignore[arg-type]

    async def fail() -> None:
        raise ValueError("x")

    async def succeed() -> None:
        await asyncio.sleep(0)
        done.append("b")

    background.spawn(fail())
    background.spawn(succeed())
    for _ in range(4):
        await asyncio.sleep(0)
    assert (["ValueError"], ["b"], 0) == ([type(error).__name__ for error in errors], done, len(background))


async def test_the_end_is_reported_however_it_came() -> None:
    """R17: work given up before its first step never gets to its ``finally``; its owner is called all the same."""
    ended: list[str] = []
    background = BackgroundTasks(lambda error: None)

    async def wait() -> None:
        await asyncio.sleep(3600)

    async def fail() -> None:
        raise ValueError

    async def succeed() -> None:
        pass

    background.spawn(wait(), lambda: ended.append("never began"))
    background.cancel()
    background.spawn(fail(), lambda: ended.append("failed"))
    background.spawn(succeed(), lambda: ended.append("succeeded"))
    background.spawn(wait(), lambda: ended.append("given up"))
    for _ in range(4):
        await asyncio.sleep(0)
    background.cancel()
    for _ in range(4):
        await asyncio.sleep(0)
    assert {"never began", "failed", "succeeded", "given up"} == set(ended)
    assert 4 == len(ended)


async def test_after_closing_nothing_is_started() -> None:
    """R5: work that comes too late is not begun, and is no warning either."""
    begun: list[int] = []
    background = BackgroundTasks(lambda error: None)
    background.close()

    async def work() -> None:
        begun.append(1)

    background.spawn(work())
    await asyncio.sleep(0)
    assert ([], 0) == (begun, len(background))
