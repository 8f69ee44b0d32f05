"""What shows that jobs have ended: the tab, the notifications, a job's bell and the settings."""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from app.core.notify import NotifySettings, Scope, TabState
from app.core.status import Status
from app.views.shell.notifications import (
    bell_values,
    end_texts,
    settings_markup,
    settings_values,
    tab_icon,
    tab_text,
    together_texts,
)
from testkit.plain_formats import plain_texts
from testkit.samples import NOW, ability_task, task

T = plain_texts("en")
PERMISSIONS = ("granted", "denied", "default", "unsupported")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (TabState(), ""),
        (TabState(running=2), "(2 running)"),
        (TabState(running=1, ended=3, failed=1), "(1 failed · 3 ended · 1 running)"),
        (TabState(failed=2), "(2 failed)"),
    ],
    ids=["nothing", "running", "all", "failed"],
)
def test_the_tab_says_what_failed_ended_and_runs(state: TabState, text: str) -> None:
    """R44: what is worst comes first, for a tab shows little."""
    assert text == tab_text(T, state)


def test_the_icon_distinguishes_states_by_its_shape() -> None:
    """R44: a failure outweighs an end, which outweighs what runs; with nothing to say it is the page's own."""
    icons = [tab_icon(state) for state in (TabState(running=1), TabState(1, 1), TabState(1, 1, 1))]
    drawings = [ET.fromstring(unquote(str(icon).partition(",")[2])) for icon in icons]
    shapes = {tuple(part.get("d") for part in drawing.iter() if part.get("d")) for drawing in drawings}
    assert (3, None) == (len(shapes), tab_icon(TabState()))


def test_a_notification_says_what_ended_how_and_after_how_long() -> None:
    """R44: and nothing of the request."""
    ended = ability_task(
        Status.FAILED, finished_at=NOW, request={"inputs": {"prompt": "a secret koi"}}, ability_name="Cut"
    )
    title, body = end_texts(T, ended, NOW)
    assert "Cut" == title
    assert (True, False) == (T.duration(30) in body, "secret" in title + body)
    unknown = task(Status.SUCCEEDED, created_at=None, parameters={"prompt": "a secret koi"})
    assert T.status(Status.SUCCEEDED) == end_texts(T, unknown, NOW)[1]


def test_many_ends_are_one_sentence() -> None:
    """R44: how many, and how many of them failed if any did."""
    good, bad = task(Status.SUCCEEDED), task(Status.FAILED)
    assert (T.say("notify.many", n=3), T.say("notify.many_failed", n=1)) == together_texts(T, [good, bad, good])
    assert "" == together_texts(T, [good, good])[1]


def test_only_what_is_still_to_end_has_a_bell() -> None:
    """R44: it is pressed while the job is marked, and says so."""
    marked, free = bell_values(T, active=True, marked=True), bell_values(T, active=True, marked=False)
    assert ("true", "false") == (marked["bell@aria-pressed"], free["bell@aria-pressed"])
    assert marked["bell-text"] != free["bell-text"]
    assert "" == bell_values(T, active=False, marked=True)["bell@hidden"]


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("scope", Scope)
def test_the_form_says_what_the_browser_allows_where_that_matters(scope: Scope, permission: str) -> None:
    """R44: whoever wants nothing is asked for nothing; only a browser that was never asked has a button."""
    values = settings_values(T, NotifySettings(scope, sound=True, marked=("a",)), permission)
    said = [name for name in PERMISSIONS if values[f"permission-{name}@hidden"] is None]
    wanted = scope is not Scope.NONE
    assert ([permission] if wanted else []) == said
    assert (None if wanted and permission == "default" else "") == values["allow@hidden"]
    assert [scope] == [one for one in Scope if values[f"scope-{one.value}@checked"] == ""]
    assert ("", T.say("notify.marked_count", n=1)) == (values["sound@checked"], values["marked"])


def test_every_choice_has_a_place_in_the_form() -> None:
    """R44: with what it means."""
    markup = settings_markup(T)
    assert [] == [scope for scope in Scope if T.escaped(f"notify.scope.{scope.value}.meaning") not in markup]
    assert len(Scope) == markup.count('name="scope"')
