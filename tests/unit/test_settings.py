"""The `[podi]` table, and what a visitor may override in the URL."""

import pytest

from app.core.rules import ABILITY_TASK_CADENCE, TASK_CADENCE, ConnectionRules, DisplayRules, PollingRules
from app.settings import OVERRIDABLE, Settings, SettingsError, read_settings


def fault(table: dict[str, object]) -> str:
    """Return what is said of a bad table."""
    with pytest.raises(SettingsError) as raised:
        read_settings(table, {})
    return str(raised.value)


# Defaults


def test_without_a_table_the_numbers_are_those_of_the_requirements() -> None:
    """R3, R9, R10, R20: defaults of settings."""
    settings = read_settings({}, {})
    assert Settings() == settings
    assert (ConnectionRules(), PollingRules(), TASK_CADENCE, ABILITY_TASK_CADENCE, DisplayRules()) == (
        settings.connection,
        settings.polling,
        settings.task_cadence,
        settings.ability_task_cadence,
        settings.display,
    )


def test_without_a_table_the_api_is_on_the_pages_own_host_and_push_is_preferred() -> None:
    """R1, R7: prefer push, with the token in the subprotocol; renew it before it expires (R33)."""
    settings = read_settings({}, {})
    assert ("", False, "auto", "auto", "auto", 60.0) == (
        settings.api_base,
        settings.disable_ws,
        settings.ws_auth,
        settings.language,
        settings.theme,
        settings.refresh_before_expiry_s,
    )


# The table


def test_the_table_changes_what_it_names_and_nothing_else() -> None:
    """R7: a switch turns push off; every number can be changed."""
    settings = read_settings({"disable_ws": True, "polling": {"window": 20}, "connection": {"silence_s": 9}}, {})
    assert settings.disable_ws
    assert PollingRules(window=20) == settings.polling
    assert ConnectionRules(silence_s=9.0) == settings.connection


def test_the_api_may_be_elsewhere() -> None:
    """R1: `ws(s)://<api_base>` follows from it; a slash at its end does not matter."""
    assert "https://api.example:8443" == read_settings({"api_base": "https://api.example:8443/"}, {}).api_base
    assert "http://localhost" == read_settings({"api_base": "http://localhost"}, {}).api_base


@pytest.mark.parametrize("address", ["ftp://host", "host:8000", "javascript:alert(1)", "//host", "https:host"])
def test_an_api_address_that_is_none_is_refused(address: str) -> None:
    """R1: a clear message says what is wanted."""
    assert fault({"api_base": address}).startswith("[podi] api_base: ")
    assert "http:// or https://" in fault({"api_base": address})


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ({"disable_ws": "maybe"}, "disable_ws"),
        ({"ws_auth": "header"}, "ws_auth"),
        ({"language": "fr"}, "language"),
        ({"theme": 1}, "theme"),
        ({"polling": 3}, "polling"),
        ({"polling": {"window": "many"}}, "polling.window"),
        ({"polling": {"window": 2.5}}, "polling.window"),
        ({"connection": {"silence_s": None}}, "connection.silence_s"),
        ({"refresh_before_expiry_s": -1}, "refresh_before_expiry_s"),
        ({"colour": "red"}, "colour"),
        ({"polling": {"windwo": 3}}, "polling.windwo"),
        ({"task_cadence": {"fast_s": 1.0, "medium_s": 1.0}}, "task_cadence.slow_s"),
    ],
)
def test_a_bad_setting_is_named_with_the_table(table: dict[str, object], name: str) -> None:
    """R7: a setting of the wrong type, or one nobody knows, gives a clear message and no stack trace."""
    message = fault(table)
    assert message.startswith(f"[podi] {name}: ")
    assert "\n" not in message
    assert "pydantic" not in message


@pytest.mark.parametrize("value", [0, -5, float("inf"), float("nan")])
def test_a_number_that_makes_no_sense_is_refused(value: float) -> None:
    """R9, R13: no setting makes the page spin or hang."""
    assert "fast_s must be a number above 0" in fault(
        {"task_cadence": {"fast_s": value, "medium_s": 2.0, "slow_s": 3.0}}
    )
    assert fault({"polling": {"reconcile_every_s": value}}).startswith("[podi] polling: ")


def test_every_fault_is_reported_one_a_line() -> None:
    """R7: whoever mends the table sees all of it at once."""
    lines = fault({"disable_ws": "maybe", "polling": {"window": "many"}, "colour": 1}).splitlines()
    assert ["[podi] disable_ws", "[podi] polling.window", "[podi] colour"] == [line.split(": ")[0] for line in lines]


def test_the_message_does_not_repeat_the_value() -> None:
    """R33: a secret that strayed into the table is not shown."""
    assert "s3cret" not in fault({"password": "s3cret", "disable_ws": "s3cret"})


# The URL


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_push_can_be_turned_off_and_on_for_one_visit(text: str, expected: bool) -> None:
    """R7: `?podi.disable_ws=true`."""
    assert expected == read_settings({"disable_ws": not expected}, {"podi.disable_ws": text}).disable_ws


def test_language_and_theme_can_be_chosen_for_one_visit() -> None:
    """R7: harmless settings only."""
    settings = read_settings({}, {"podi.language": "zh", "podi.theme": "dark"})
    assert ("zh", "dark") == (settings.language, settings.theme)


def test_an_override_keeps_the_rest_of_the_table() -> None:
    """R7: for one visit, one setting."""
    table: dict[str, object] = {"api_base": "http://h", "polling": {"window": 20}, "ws_auth": "query"}
    assert read_settings({**table, "theme": "dark"}, {}) == read_settings(table, {"podi.theme": "dark"})


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - set(OVERRIDABLE)))
def test_nothing_else_can_be_overridden(name: str) -> None:
    """R7: a link must not send somebody's token elsewhere, or put it into a log."""
    assert Settings() == read_settings({}, {f"podi.{name}": "query" if name == "ws_auth" else "http://evil"})


@pytest.mark.parametrize(
    "query",
    [{"podi.disable_ws": "maybe"}, {"podi.disable_ws": ""}, {"podi.theme": "pink"}, {"theme": "dark"}, {"podi.x": "1"}],
)
def test_an_override_that_makes_no_sense_is_passed_over(query: dict[str, str]) -> None:
    """R7: a mistyped link still opens the page."""
    assert Settings() == read_settings({}, query)


def test_a_senseless_override_does_not_hide_a_sensible_one() -> None:
    """R7: each is looked at by itself."""
    assert "dark" == read_settings({}, {"podi.disable_ws": "maybe", "podi.theme": "dark"}).theme


def test_settings_do_not_change_during_a_visit() -> None:
    """R7: whoever holds them can rely on them."""
    with pytest.raises(ValueError, match="frozen"):
        read_settings({}, {}).theme = "dark"  # type: ignore[misc]


@pytest.mark.parametrize("value", ["https://demo.example/accounts", "//demo.example", "__demo__", "/x?y", "/ä"])
def test_demo_accounts_come_from_the_pages_own_host(value: str) -> None:
    """R33: a page asks nobody else whom to sign in."""
    assert "demo_accounts" in fault({"demo_accounts": value})
    assert read_settings({"demo_accounts": "/__demo__/accounts"}, {}).demo_accounts == "/__demo__/accounts"
