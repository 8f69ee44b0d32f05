"""What is read of a task because it has ended."""

from testkit.scene import Scene


async def test_a_finished_tasks_result_is_read_for_its_row() -> None:
    """R22, R27: push says that it has ended, the result's address comes with the next read."""
    scene = await Scene().begin(5)
    task = scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(task, "completed", 100)
    await scene.run(1)
    record = scene.monitor.summary.tasks.get(task)
    assert record is not None
    assert f"/api/assets/{task}.png" == record.result_url
    await scene.settle()
    await scene.leave()
