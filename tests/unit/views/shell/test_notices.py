"""Notices and the regions that a screen reader listens to."""

from __future__ import annotations

from app.views.shell.notices import Notice, notice_list_markup, notices_markup
from testkit.plain_formats import plain_texts


def test_errors_and_messages_have_a_live_region_each() -> None:
    """An error interrupts a screen reader, a message waits for a pause."""
    markup = notices_markup()
    assert 'role="alert" data-slot="alerts"' in markup
    assert 'role="status" data-slot="messages"' in markup


def test_notices_stand_in_their_order_and_can_be_dismissed_one_by_one() -> None:
    """Each notice has a button that names it; text from the server stays text."""
    texts = plain_texts("en")
    markup = notice_list_markup(
        texts, [Notice(3, "error", "<b>refused</b>"), Notice(4, "success", "submitted"), Notice(5, "info", "hint")]
    )
    assert "&lt;b&gt;refused&lt;/b&gt;" in markup
    assert "<b>" not in markup
    assert [markup.index(f'data-notice="{number}"') for number in (3, 4, 5)] == sorted(
        markup.index(f'data-notice="{number}"') for number in (3, 4, 5)
    )
    assert markup.count('data-action="dismiss"') == 3


def test_no_notices_leave_nothing() -> None:
    """An empty region has no markup at all, so that nothing is spoken."""
    assert notice_list_markup(plain_texts("en"), []) == ""
