"""How the channel shows who it is."""

import pytest

from app.core.channel_auth import ChannelAuth


@pytest.mark.parametrize("setting", ["subprotocol", "query", "none"])
def test_a_fixed_setting_stays(setting: str) -> None:
    """R55: whatever happens."""
    auth = ChannelAuth(setting)  # type: ignore[arg-type]
    auth.failed()
    auth.token_was_good()
    assert (setting, False) == (auth.mode, auth.on_trial)
    auth.proven()
    assert (setting, False, None) == (auth.mode, auth.found_out, auth.chosen)


def test_what_the_page_chose_by_itself_can_be_named() -> None:
    """R55: for whoever looks why a socket does not open."""
    auth = ChannelAuth("auto")
    before = auth.chosen
    auth.token_was_good()
    assert ("subprotocol", "none") == (before, auth.chosen)


def test_the_subprotocol_is_first_and_stays_where_it_opens() -> None:
    """R55: the token is shown, and to nobody but the server."""
    auth = ChannelAuth("auto")
    auth.proven()
    auth.failed()
    assert ("subprotocol", False) == (auth.mode, auth.found_out)


def test_one_attempt_is_made_without_after_a_read_with_the_same_token() -> None:
    """R55: once; its failure proves nothing."""
    auth = ChannelAuth("auto")
    auth.token_was_good()
    assert ("none", True) == (auth.mode, auth.on_trial)
    auth.failed()
    assert ("subprotocol", False) == (auth.mode, auth.on_trial)


def test_what_brought_a_frame_without_is_what_this_server_takes() -> None:
    """R55: for as long as the page is open."""
    auth = ChannelAuth("auto")
    auth.token_was_good()
    auth.proven()
    auth.failed()
    auth.token_was_good()
    assert ("none", False, True) == (auth.mode, auth.on_trial, auth.found_out)


def test_a_server_that_refuses_a_socket_without_a_token_wants_one() -> None:
    """R55: what was found out holds no longer; a refusal of a token that was shown is none of this."""
    auth = ChannelAuth("auto")
    assert not auth.refused()
    auth.token_was_good()
    assert auth.refused()
    assert ("subprotocol", False, False) == (auth.mode, auth.on_trial, auth.found_out)
    auth.token_was_good()
    auth.proven()
    assert auth.refused()
    assert ("subprotocol", False, False) == (auth.mode, auth.on_trial, auth.found_out)


def test_a_setting_without_a_token_is_not_given_up() -> None:
    """R55: whoever set it knows the server."""
    auth = ChannelAuth("none")
    assert (False, "none") == (auth.refused(), auth.mode)
