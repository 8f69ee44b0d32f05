"""Submitting a traditional task as a call."""

from __future__ import annotations

import pytest

from app.api.errors import Refused
from app.api.submissions import submit_task
from app.core.status import Status
from app.ports import Response
from testkit.scene import Scene


async def test_an_order_is_posted_as_it_is() -> None:
    """R41: the answer names the task, which is queued from then on."""
    scene = await Scene(role="user").begin()
    made = await submit_task(scene.monitor.api, {"taskId": "tsk_new", "action": "koi", "userId": "u1", "points": 5})
    assert "POST /api/tasks/v1/submit" == scene.paths()[-1]
    assert ("tsk_new", Status.QUEUED) == (made.id, made.status)
    assert Status.QUEUED is scene.truth()["tsk_new"]
    await scene.leave()


async def test_a_refused_order_names_the_fields_at_fault() -> None:
    """R41: and no task is made."""
    scene = await Scene(role="user").begin()
    fault = '{"detail": [{"loc": ["body", "points"], "msg": "Input should be greater than 0"}]}'
    scene.backend.fail("submit", Response(422, {}, fault))
    before = len(scene.backend.tasks)
    with pytest.raises(Refused) as caught:
        await submit_task(scene.monitor.api, {"taskId": "tsk_new", "points": 0})
    assert (("points", "Input should be greater than 0"),) == caught.value.problem.fields
    assert before == len(scene.backend.tasks)
    await scene.leave()
