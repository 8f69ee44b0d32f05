"""Finding one job among many, and sending the list to a colleague."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Request, expect

from testkit.browser import BOOT_MS
from testkit.stage import SIZE, Stage
from tests.e2e.conftest import Users

PHONE = {"width": 390, "height": 844}
WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def search(stage: Stage) -> Locator:
    """The search box."""
    return stage.page.get_by_role("searchbox")


def rows(stage: Stage, slot: str = "ability-tasks") -> Locator:
    """The rows of a list."""
    return stage.page.locator(f"[data-slot={slot}] .row")


def is_no_picture(request: Request) -> bool:
    """Whether a request is of the page and not of an image in it."""
    return "/api/assets/" not in request.url


def is_only(stage: Stage, job: str) -> None:
    """Wait until one ability task is found, and no task."""
    expect(rows(stage)).to_have_count(1)
    expect(stage.row(job)).to_be_visible()
    expect(stage.page.locator("[data-slot=tasks-panel]")).to_have_attribute("data-state", "none")


def test_found_and_shared_by_link(stage: Stage, users: Users) -> None:
    """R34, R35, R37: a trace id finds one job without a request; another tab shows the same under its address."""
    user = users()
    wanted = user.submit_ability_task(seconds=0.2, trace="tr-红鲤-42")
    stage.sign_in()
    stage.expect_status(wanted, "succeeded")
    stage.catch_up()
    asked = stage.api_requests(is_no_picture)
    search(stage).press_sequentially("TR-红鲤 -blur")
    is_only(stage, wanted)
    expect(stage.row(wanted)).to_contain_text("tr-红鲤-42")
    marked = stage.page.evaluate("() => [...CSS.highlights.get('found-ability-tasks')].map(String)")
    assert marked == ["tr-红鲤"]
    # A minute may be over: one refresh of everything, and not a request for each key.
    assert len(stage.api_requests(is_no_picture)) <= len(asked) + 3
    expect(stage.page).to_have_url(re.compile(r"#/tasks\?q=TR-%E7%BA%A2%E9%B2%A4%20-blur$"))

    with stage.another_page() as colleague:
        colleague.goto(stage.page.url)
        expect(colleague.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
        expect(colleague.locator(f".row[data-task-id='{wanted}']")).to_be_visible()
        expect(colleague.locator("[data-slot=ability-tasks] .row")).to_have_count(1)
        expect(colleague.get_by_role("searchbox")).to_have_value("TR-红鲤 -blur")


def test_the_filter_survives_back_and_a_jobs_page(stage: Stage, users: Users) -> None:
    """R35: chips are entries of the history, typing is not; after a job's page the list is as it was, scrolled too."""
    user = users()
    for _ in range(12):
        last = user.submit_ability_task(seconds=0.2, outcome="failed", error="no quetzal left")
    stage.sign_in()
    stage.expect_status(last, "failed")
    stage.go("/tasks")
    page = stage.page
    page.get_by_label("Status", exact=True).select_option("failed")
    expect(page).to_have_url(re.compile(r"\?status=failed$"))
    search(stage).press_sequentially("quetzal")
    page.get_by_label("Sort", exact=True).select_option("-elapsed")
    address = re.compile(r"#/tasks\?q=quetzal&status=failed&sort=-elapsed$")
    expect(page).to_have_url(address)
    expect(rows(stage).first).to_contain_text("no quetzal left")

    page.go_back()
    expect(page).to_have_url(re.compile(r"#/tasks\?q=quetzal&status=failed$"))
    expect(search(stage)).to_have_value("quetzal")
    page.go_back()
    expect(page).to_have_url(re.compile("#/tasks$"))
    expect(search(stage)).to_have_value("")
    expect(page.locator(".finder-chip")).to_have_count(0)
    page.go_forward()
    page.go_forward()
    expect(page).to_have_url(address)

    scroller = page.locator(".rows[data-slot=ability-tasks]")
    scroller.evaluate("list => { list.scrollTop = 200; }")
    page.wait_for_function("() => document.querySelector('.rows[data-slot=ability-tasks]').scrollTop === 200")
    job = rows(stage).nth(6)
    job.locator("a").click()
    expect(page.locator(".job")).to_be_visible()
    assert "q=" not in page.url
    page.go_back()
    expect(page).to_have_url(address)
    expect(rows(stage).first).to_contain_text("no quetzal left")
    page.go_forward()
    page.get_by_role("link", name="All tasks").click()
    expect(page).to_have_url(address)
    page.wait_for_function("() => document.querySelector('.rows[data-slot=ability-tasks]').scrollTop === 200")


def test_the_filter_survives_a_reload(stage: Stage, users: Users) -> None:
    """R35: the address shows the same list, with the words in the box and the rest as chips."""
    user = users()
    failed = user.submit_ability_task(seconds=0.2, outcome="failed", error="no axolotl left")
    stage.sign_in()
    stage.expect_status(failed, "failed")
    page = stage.page
    address = f"{stage.url}/#/tasks?q=axolotl&status=failed&sort=-elapsed"
    page.goto(address)
    is_only(stage, failed)
    page.reload()
    expect(stage.root).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    expect(page).to_have_url(address)
    is_only(stage, failed)
    expect(search(stage)).to_have_value("axolotl")
    expect(page.locator(".finder-chip")).to_have_text(["Failed"])
    expect(page.get_by_label("Sort", exact=True)).to_have_value("-elapsed")


def test_excluded(stage: Stage, users: Users) -> None:
    """R34: what is typed with a minus, chosen twice or turned round is left out; the count in the header is a chip."""
    user = users()
    failed = user.submit_ability_task(seconds=0.2, outcome="failed", trace="tr-excluded")
    done = user.submit_ability_task(seconds=0.2, trace="tr-excluded")
    stage.sign_in()
    page = stage.page
    stage.expect_status(done, "succeeded")
    stage.expect_status(failed, "failed")
    search(stage).fill("tr-excluded -status:failed")
    is_only(stage, done)
    expect(page.locator(".finder-chip")).to_have_text(["Not Failed"])
    search(stage).press("Enter")
    expect(search(stage)).to_have_value("tr-excluded")
    is_only(stage, done)

    page.get_by_role("button", name="Not Failed", exact=True).click()
    is_only(stage, failed)
    expect(page.get_by_role("button", name="Failed", exact=True)).to_be_focused()
    page.get_by_role("button", name="Remove filter: Failed").click()
    expect(rows(stage)).to_have_count(2)

    chip = page.locator("[data-slot=ability-tasks-succeeded-chip]")
    chip.click()
    is_only(stage, done)
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    is_only(stage, failed)
    expect(chip).to_have_attribute("aria-pressed", "mixed")
    chip.click()
    expect(rows(stage)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"\?q=tr-excluded$"))


def test_nothing_found(stage: Stage, users: Users) -> None:
    """R34, R36: how far was searched, and what to drop for how many; the broken part of an address is said."""
    user = users()
    wanted = user.submit_ability_task(seconds=0.2, trace="tr-nothing")
    stage.sign_in()
    stage.expect_status(wanted, "succeeded")
    page = stage.page
    stage.go("/tasks?q=tr-nothing&status=failed&since=yesterday")
    panel = page.locator("[data-slot=ability-tasks-panel]")
    expect(panel).to_have_attribute("data-state", "none")
    expect(panel.get_by_text("Nothing found in")).to_be_visible()
    expect(page.get_by_text("Not understood and left out: since:yesterday")).to_be_visible()
    panel.get_by_role("button", name="Without Failed: 1").click()
    is_only(stage, wanted)
    expect(page).to_have_url(re.compile(r"\?q=tr-nothing$"))
    expect(page.get_by_text("Not understood")).to_be_hidden()
    page.locator("[data-slot=tasks-panel]").get_by_role("button", name="Clear search and filters").click()
    expect(page).to_have_url(re.compile("#/tasks$"))
    expect(rows(stage).nth(1)).to_be_visible()
    expect(search(stage)).to_have_value("")


def test_a_row_that_ends_leaves_but_not_from_under_the_pointer(stage: Stage, users: Users) -> None:
    """R34: an ended row goes after two seconds; one under the pointer when that moves away.

    R41: that it can be run again is offered meanwhile, and moves no row.
    """
    user = users()
    stage.sign_in()
    stage.go("/tasks?status=active&q=tr-leaves")
    one, other = (user.submit_ability_task(seconds=seconds, trace="tr-leaves") for seconds in (3, 3))
    stage.refresh()
    expect(rows(stage)).to_have_count(2)
    stage.row(one).hover()
    before = stage.row(one).bounding_box()
    expect(stage.page.locator("[data-podi=run-these-again]")).to_be_visible()
    assert before == stage.row(one).bounding_box()
    stage.expect_status(one, "succeeded")
    expect(stage.row(other)).to_have_count(0)
    expect(rows(stage)).to_have_count(1)
    stage.page.mouse.move(5, 5)
    expect(rows(stage)).to_have_count(0)


def test_the_bar_of_a_phone(stage: Stage, users: Users) -> None:
    """R34: beside the box one button that counts the chips and unfolds the menus; nothing is wider than the window."""
    users()
    stage.sign_in()
    page = stage.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    stage.go("/tasks?status=succeeded,-failed")
    button = page.get_by_role("button", name="Filter (2)")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_label("Status", exact=True)).to_be_hidden()
    expect(page.locator(".finder-chip").first).to_be_hidden()
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.get_by_label("Kind", exact=True).select_option("task")
    expect(page.get_by_role("button", name="Filter (3)")).to_be_visible()
    expect(page.locator("[data-slot=ability-tasks-panel]")).to_be_hidden()
    wide, window = page.evaluate(WIDTHS)
    assert wide == window
    page.get_by_role("button", name="Filter (3)").click()
    expect(page.get_by_label("Status", exact=True)).to_be_hidden()
    page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    expect(page.get_by_label("Status", exact=True)).to_be_visible()


def test_a_view_is_kept_shared_and_begun_with(stage: Stage, users: Users) -> None:
    """R35: a list under a name is one press away, and where to begin; views of another version are said, not lost."""
    user = users()
    failed = user.submit_ability_task(seconds=0.2, outcome="failed", trace="tr-view")
    stage.sign_in()
    stage.expect_status(failed, "failed")
    page = stage.page
    stage.go("/tasks?q=tr-view&status=failed")
    is_only(stage, failed)
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Name of this view").fill("My failures")
    page.get_by_role("button", name="Save this view").click()
    view = page.get_by_role("link", name="My failures")
    expect(view).to_have_attribute("aria-current", "true")
    expect(view).to_have_attribute("href", "#/tasks?q=tr-view&status=failed")
    page.get_by_role("button", name="Begin with My failures").click()
    expect(page.get_by_role("button", name="No longer begin with My failures")).to_be_focused()
    page.locator("[data-slot=filter-chips]").get_by_role("button", name="Clear").click()
    expect(page).to_have_url(re.compile(r"#/tasks\?q=tr-view$|#/tasks$"))
    view.click()
    is_only(stage, failed)

    page.goto("about:blank")
    page.goto(stage.url)
    expect(stage.root).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    expect(page).to_have_url(re.compile(r"#/tasks\?q=tr-view&status=failed$"))
    is_only(stage, failed)
    page.evaluate(
        """() => { for (const key of Object.keys(localStorage))
        if (key.startsWith("podi.views.")) localStorage.setItem(key, '{"version": 99}'); }"""
    )
    page.get_by_role("button", name="Views").click()
    expect(page.get_by_text("Your saved views are of another version")).to_be_visible()
    page.get_by_role("button", name="Delete them").click()
    expect(page.get_by_text("No views yet.")).to_be_visible()
