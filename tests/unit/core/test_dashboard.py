"""What a dashboard says."""

from __future__ import annotations

import pytest

from app.core.dashboard import GpuMemory


@pytest.mark.parametrize(("total", "free", "used"), [(24, 10, 14), (24, 24, 0), (24, 30, 0), (0, 0, 0)])
def test_what_is_not_free_is_used(total: int, free: int, used: int) -> None:
    """R52: a device that claims more free than it has uses nothing."""
    assert used == GpuMemory("gpu", total, free).used
