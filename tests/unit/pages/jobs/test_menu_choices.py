"""What the menus of the bar offer."""

from __future__ import annotations

from app.pages.jobs.menu_choices import MOST, MenuChoices
from testkit.plain_formats import plain_texts
from testkit.samples import ability_task, task


def test_values_of_known_jobs_are_offered_by_their_labels() -> None:
    """R34: abilities by their names, actions in the reader's language, executors in short; sorted as people read."""
    menus = MenuChoices(plain_texts("en"))
    assert menus.add(
        [
            task(),
            ability_task(ability_id="b", ability_name="beta", executor_id="executor_comfyui_upscale_121"),
            ability_task(ability_id="a", ability_name="Alpha", executor_id=None),
            None,
        ]
    )
    choices = menus.choices
    assert [("a", "Alpha"), ("b", "beta")] == list(choices.ability.items())
    assert ["yinhua_tiqu"] == list(choices.action)
    assert choices.action["yinhua_tiqu"] != "yinhua_tiqu"
    assert ["executor_comfyui_upscale_121"] == list(choices.executor)
    assert len(choices.executor["executor_comfyui_upscale_121"]) < len("executor_comfyui_upscale_121")


def test_only_a_new_value_changes_the_menus() -> None:
    """R34: whoever holds one open is not disturbed by jobs like those before, nor does a name change under the hand."""
    menus = MenuChoices(plain_texts("en"))
    assert menus.add([ability_task(ability_id="a", ability_name="first")])
    assert not menus.add([ability_task(ability_id="a", ability_name="second")])
    assert {"a": "first"} == dict(menus.choices.ability)
    assert menus.add([ability_task(ability_id="b")])


def test_a_menu_ends_somewhere() -> None:
    """R34: what is not in it can be typed."""
    menus = MenuChoices(plain_texts("en"))
    menus.add(ability_task(ability_id=f"a{number}", executor_id=f"e{number}") for number in range(MOST + 5))
    menus.add(task(action=f"do{number}") for number in range(MOST + 5))
    choices = menus.choices
    assert [MOST] * 3 == [len(choices.ability), len(choices.action), len(choices.executor)]
    assert not menus.add([ability_task(ability_id="one more", executor_id="one more"), task(action="one more")])


def test_a_value_that_is_empty_is_none() -> None:
    """R34: a job without an executor adds no entry."""
    assert not MenuChoices(plain_texts("en")).add([ability_task(ability_id="", executor_id=None), task(action=None)])
