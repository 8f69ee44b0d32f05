"""What a dashboard says, and which executors suit an ability."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.dashboard import Executor, GpuMemory, suited

COMFY = (Executor(id="c1", type="comfyui"), Executor(id="c2", type="ComfyUI"))
BAIDU = Executor(id="b", type="baidu")
UNTOLD = Executor(id="u")
ALL = (*COMFY, BAIDU, UNTOLD)


def test_they_are_of_the_sort_of_the_abilitys_own() -> None:
    """R29: whatever its provider is called."""
    assert COMFY == suited(ALL, "c1", "baidu")


def test_without_an_own_one_they_are_of_the_providers() -> None:
    """R29: an ability may name none, or one that is not listed."""
    assert ((BAIDU,), (BAIDU,)) == (suited(ALL, None, "Baidu"), suited(ALL, "gone", "baidu"))


@given(
    st.lists(st.builds(Executor, id=st.text(min_size=1), type=st.none() | st.sampled_from(["a", "b", ""]))),
    st.none() | st.text(),
    st.none() | st.sampled_from(["a", "c", ""]),
)
def test_there_is_always_a_choice_where_there_are_executors(
    executors: list[Executor], own_id: str | None, provider: str | None
) -> None:
    """R29: where neither says anything, all are offered, in their order."""
    found = suited(executors, own_id, provider)
    assert bool(executors) == bool(found)
    assert [one for one in executors if one in found] == list(found)


@pytest.mark.parametrize(("total", "free", "used"), [(24, 10, 14), (24, 24, 0), (24, 30, 0), (0, 0, 0)])
def test_what_is_not_free_is_used(total: int, free: int, used: int) -> None:
    """R52: a device that claims more free than it has uses nothing."""
    assert used == GpuMemory("gpu", total, free).used
