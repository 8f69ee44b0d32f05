"""In front of a host like the product: ids that begin anew, tasks that stand still, and half of everything pushed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from testkit.host import Host
from testkit.switches import Switches
from tests.faults.act import EMPTY, SPEED, Act, Scene
from tests.faults.conftest import played
from tests.faults.test_connections import shows
from tests.faults.test_sessions import signed_out

UNBOUND = "huawen_kuotu"
# What has been true for so long is shown (R8).
SOON_S = 2.0
# One of a kind is read once a second (R9); the refresh, the end and what is looked for cost a few reads more.
READS_A_SECOND, READS_BESIDES = 1.0, 6
WORK_S = 8.0


@pytest.fixture(scope="module")
def product_scene(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A page on a clock, in front of a host like the product that loses nothing by chance."""
    quiet = ("--idle", "--seed", "1", "--speed", str(SPEED), "--history", "0", "--faults")
    like = ("--like-product", "--loss-share", "0")
    with Host("--port", "0", "--data", str(tmp_path_factory.mktemp("data")), *quiet, *like) as host:
        with closing(Switches(host.url)) as switches:
            switches.keep(EMPTY)
        scene = Scene(chromium, host, clocked=True)
        yield scene
        scene.close()


@pytest.fixture
def product(product_scene: Scene, request: pytest.FixtureRequest) -> Iterator[Act]:
    """A case in the page's own time, in front of that host."""
    yield from played(product_scene, request.node)


def order(task_id: str, action: str, **simulated: Any) -> dict[str, Any]:
    """What a task is submitted with."""
    parameters = {"simulate": simulated}
    return {
        "taskId": task_id,
        "action": action,
        "userId": "",
        "channel": "web",
        "workflowParams": parameters,
        "points": 20,
    }


@pytest.mark.case(73, "an ability task of which nothing is pushed")
def test_nothing_is_pushed(product: Act) -> None:
    """R8: its end shows as soon as without push."""
    product.injects("no frame of ability tasks")
    product.sign_in()
    job = product.api().submit_ability_task(seconds=WORK_S)
    product.page.locator("[data-podi=refresh]").click()
    product.expect_active(1)
    since = product.now()
    product.work_is_over()
    product.advance_until(shows(job, "succeeded"), SOON_S)
    most = (product.now() - since) * READS_A_SECOND + READS_BESIDES
    assert sum(at >= since for at in product.asked("GET /api/ability-tasks*")) <= most
    product.everything_is_true()


@pytest.mark.case(74, "a task that is submitted again under its id")
def test_begun_anew(product: Act) -> None:
    """R15: the failed run is over, and what the second one came to is shown."""
    product.sign_in()
    product.injects("the same id twice")
    user = product.api()
    user.post("/api/tasks/v1/submit", order("again", "wenshengtu", seconds=1, outcome="failed")).raise_for_status()
    product.work_is_over()
    product.advance_until(shows("again", "failed"), 70)
    user.post("/api/tasks/v1/submit", order("again", "wenshengtu", seconds=1)).raise_for_status()
    product.work_is_over()
    # A frame carries no time: until a list is 30 s younger than it, it may be of either run.
    product.everything_is_true(within_s=140)
    assert "succeeded" == product.status("again")


@pytest.mark.case(75, "a task that stands still until an admin acts, which no frame says")
def test_blocked(product: Act) -> None:
    """R12: it is shown so, is not polled, and the next reconcile finds what became of it."""
    product.sign_in()
    user = product.api()
    ask = order("still", UNBOUND, seconds=1, bindingAfter=60)
    user.post("/api/tasks/v1/submit", ask).raise_for_status()
    product.advance_until(shows("still", "blocked"), 70)
    product.arm("drop", at="frame", containing="still", always=True)
    product.work_is_over()
    product.everything_is_true()
    assert product.status("still") in {"succeeded", "failed"}


@pytest.mark.case(76, "an account that is closed, and open again")
@pytest.mark.parametrize(("state", "words"), [("inactive", "is disabled"), ("gone", "does not exist any more")])
def test_a_closed_account(product: Act, state: str, words: str) -> None:
    """R33: the form says why, nothing runs behind it, and whoever comes back finds everything."""
    product.sign_in()
    product.arm("account", at="now", user="demo", state=state)
    product.page.locator("[data-podi=refresh]").click()
    product.advance(2)
    expect(product.page.locator("[data-slot=note]")).to_contain_text(words)
    signed_out(product)
    product.over()
    product.sign_in()
    product.api().submit_task(seconds=0.2)
    product.everything_is_true()
