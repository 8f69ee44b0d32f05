"""What a call produced, as its log record says."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.logs import LogRecord
from app.wire.log_results import results_of
from app.wire.logs import read_log_page, read_log_record

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire"


def body(name: str) -> str:
    """Return the body of a recorded answer."""
    answer: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return json.dumps(answer["body"])


ASSETS = [{"ossUrl": "https://a/asset.png", "sourceUrl": "https://a/source.png", "contentType": "image/png"}]
RESPONSE = {"images": [{"ossUrl": "https://a/response.png"}]}


@pytest.mark.parametrize(
    ("stored", "assets", "response", "expected"),
    [
        ("https://a/stored.png", ASSETS, RESPONSE, ("https://a/stored.png",)),
        (None, ASSETS, RESPONSE, ("https://a/asset.png",)),
        (None, None, RESPONSE, ("https://a/response.png",)),
        (None, [], {"images": "nonsense"}, ()),
        (None, None, ["https://a/x.png"], ()),
        (None, None, None, ()),
    ],
)
def test_the_preview_is_what_was_stored_then_the_assets_then_the_response(
    stored: str | None, assets: object, response: object, expected: tuple[str, ...]
) -> None:
    """R49: in this order, and nothing where nothing says so."""
    record = LogRecord(id=1, stored_url=stored, assets=assets, response=response)
    assert expected == results_of(record).images


def test_a_stored_video_is_no_picture() -> None:
    """R49: what is stored is shown as what it is."""
    found = results_of(LogRecord(id=1, stored_url="https://a/film.mp4"))
    assert ((), ("https://a/film.mp4",)) == (found.images, found.videos)


def test_the_products_records_say_who_called_and_under_which_ids() -> None:
    """R49: caller, capability, callback id and stored result of the log over all abilities."""
    page = read_log_page(body("real_admin_ability_logs_all"))
    record = page.items[0]
    assert (5083, "uadmin", "sifang_lianxu") == (page.total, record.user_id, record.capability_key)
    assert record.callback_id == "t1.comfyui.executor_comfyui_seamless_117.a06d8f451f8e4543a85bdb385683b15e"
    assert results_of(record).images == (record.stored_url,)
    resolved = read_log_record(body("real_log_resolve"))
    assert (5083, "uadmin") == (resolved.id, resolved.user_id)


@pytest.mark.parametrize(
    ("request_payload", "user"), [({"user_id": 7}, "7"), ({"userId": True}, None), ([], None), ({"userId": ""}, None)]
)
def test_who_called_is_read_in_either_style(request_payload: object, user: str | None) -> None:
    """R49: a caller that is none stays unknown."""
    assert user == read_log_record(json.dumps({"id": 1, "request_payload": request_payload})).user_id
