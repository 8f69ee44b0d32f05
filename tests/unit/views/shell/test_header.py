"""The header: connection, points and choices (R24, R32)."""

from decimal import Decimal

import pytest

from app.core.amounts import Amount
from app.core.points import Points
from app.views.shell.header import (
    TRANSPORTS,
    connection_values,
    header_markup,
    header_values,
    points_values,
    refusal_text,
)
from testkit.plain_formats import plain_texts
from testkit.samples import POINTS

T = plain_texts()


def test_the_balance_is_the_plain_integer() -> None:
    """Its text is public: no grouping, no unit."""
    assert points_values(T, POINTS)["balance"] == "12480"
    assert points_values(T, POINTS)["frozen"] == "150"
    assert points_values(plain_texts("zh"), Points(1_234_567))["balance"] == "1234567"


@pytest.mark.parametrize(
    ("total", "balance"),
    [
        (Decimal("12.5"), "12.5"),
        (2**53 + 1, "9007199254740993"),
        (Decimal("0.00001"), "0.00001"),
        (Decimal("1000000000000000.000000000000000001"), "1000000000000000.000000000000000001"),
    ],
)
def test_the_balance_is_exact(total: Amount, balance: str) -> None:
    """R24, report 23: part of a point, and more than a number of scripts holds; what moved is exact too."""
    values = points_values(T, Points(total, frozen=total), before=Points(0), animate=True)
    assert balance == values["balance"]
    assert [f"+{balance}", balance] == [str(values[name]).replace(",", "") for name in ("delta", "frozen")]
    gone = points_values(T, Points(0), before=Points(total), animate=True)["delta"]
    assert f"−{balance}" == str(gone).replace(",", "")  # noqa: RUF001 - a minus sign


@pytest.mark.parametrize(
    ("before", "animate", "move", "delta"),
    [(12_430, True, "up", "+50"), (12_500, True, "down", "−20"), (12_500, False, None, ""), (12_480, True, None, "")],  # noqa: RUF001 - a minus sign
)
def test_points_move_up_and_down_differently(before: int, animate: bool, move: str | None, delta: str) -> None:
    """R24: the direction shows, and history does not animate."""
    values = points_values(T, POINTS, before=Points(before), animate=animate, turn=3)
    assert values["points@data-move"] == move
    assert values["delta"] == delta
    assert values["points@data-turn"] == "1"


def test_unknown_points_are_blank() -> None:
    """Before the first read nothing is claimed."""
    assert points_values(T, None)["balance"] == ""
    assert points_values(T, None)["points@data-known"] is None


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_transport_has_a_word_and_a_meaning(transport: str, language: str) -> None:
    """R32: live, polling, paused, offline, signed out, and what that means."""
    values = connection_values(plain_texts(language), transport, 130.0)
    assert values["connection@data-transport"] == transport
    assert values["connection-word"] not in {"", f"connection.{transport}"}
    assert not str(values["connection@title"]).startswith("connection.")


def test_the_age_is_outside_of_the_live_region() -> None:
    """R32: it changes often, and must not be read out each time."""
    assert connection_values(T, "polling", 130.0)["connection-age"] == "2 minutes ago"
    assert connection_values(T, "push", None)["connection-age"] == ""
    assert connection_values(T, "off", 5.0)["connection-age"] == ""
    markup = header_markup(T, signed_in=True)
    assert 'role="status" data-slot="connection-word"' in markup
    assert 'role="status" data-slot="connection-age"' not in markup


def test_a_refusal_for_good_is_explained() -> None:
    """Faults, cases 4 and 6: the reason is shown."""
    assert "too large" in refusal_text(T, 1009)
    assert refusal_text(T, 4403, "no").endswith("(no)")
    assert "4999" in refusal_text(T, 4999)
    assert connection_values(T, "polling", 1.0, "why")["connection@title"] == "why"


def test_only_admins_have_a_link_to_the_abilities() -> None:
    """Without a session there is neither navigation nor points."""
    assert "#/admin/abilities" in header_markup(T, signed_in=True, admin=True)
    assert "#/admin/abilities" not in header_markup(T, signed_in=True)
    signed_out = header_markup(T, signed_in=False)
    assert "sign-out" not in signed_out.replace("header--signed-out", "")
    assert 'data-podi="balance"' not in signed_out
    assert 'data-podi="connection"' in signed_out


def test_choices_lead_on() -> None:
    """The theme goes round, the language to the other one."""
    assert header_values(T, theme="dark")["theme@data-theme-next"] == "auto"
    assert header_values(T)["language@data-language"] == "zh"
    assert header_values(plain_texts("zh"))["language@data-language"] == "en"
    assert header_values(T, route="abilities")["navigation-abilities@aria-current"] == "page"
    assert header_values(T, route="abilities")["navigation-tasks@aria-current"] is None


def test_balance_and_bell_lead_to_their_pages() -> None:
    """R44, R46: for whoever is signed in; the link of the page that is open is marked."""
    signed_in = header_markup(T, signed_in=True)
    assert all(link in signed_in for link in ('class="points" href="#/points"', 'href="#/notifications"'))
    assert not any(link in header_markup(T, signed_in=False) for link in ("#/points", "#/notifications"))
    marked = {route: header_values(T, route=route) for route in ("points", "notifications")}
    assert ["page", None] == [marked["points"][f"{slot}@aria-current"] for slot in ("points", "notifications")]
    assert [None, "page"] == [marked["notifications"][f"{slot}@aria-current"] for slot in ("points", "notifications")]


def test_the_badge_says_how_many_windows_share() -> None:
    """R43: while push is there, beside the age; a window that is alone says nothing of it."""
    assert connection_values(T, "push", 1.0, windows=3)["connection-age"] == "shared by 3 windows · just now"
    assert connection_values(plain_texts("zh"), "push", windows=2)["connection-age"] == "2 个窗口共用"
    assert connection_values(T, "push", windows=3)["connection-word"] == "Live"
    assert connection_values(T, "push")["connection-age"] == ""
    assert connection_values(T, "paused", windows=3)["connection-age"] == ""
