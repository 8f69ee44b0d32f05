"""What a call of an ability brought."""

import json

import pytest

from app.core.media import Media
from app.wire.invocations import read_invocation
from app.wire.results import outputs
from app.wire.tasks import read_task


def test_addresses_are_found_in_every_shape() -> None:
    """R27, report 18: strings, or objects with one of the known names, the first that is not empty; no others."""
    value = ["/a.png", {"url": "", "ossUrl": "/b.png"}, {"source_url": "/c.png"}, {"x": 1}, None, 5, {"url": 5}, " "]
    assert ["/a.png", "/b.png", "/c.png"] == [url for url, _ in outputs(value, Media.IMAGE)]
    assert [] == list(outputs({"url": "/a.png"}, Media.IMAGE))


def test_a_synchronous_call_may_produce_anything() -> None:
    """R29, report 16: videos and sounds are results as pictures are; assets say of themselves what they are."""
    answer = {
        "status": "ok",
        "images": [{"url": "/a.png"}],
        "videos": ["/v.mp4"],
        "assets": [
            {"ossUrl": "/a.png", "contentType": "image/png"},
            {"ossUrl": "/sound", "mimeType": "audio/mpeg"},
            {"ossUrl": "/model.glb", "type": "model/gltf-binary"},
        ],
    }
    result = read_invocation(json.dumps(answer)).result
    assert (("/a.png",), ("/v.mp4",), ("/sound",), ("/model.glb",)) == (
        result.images,
        result.videos,
        result.audios,
        result.files,
    )


def test_a_picture_list_may_hold_a_video() -> None:
    """R27, report 17: an address that ends in `.mp4`, or says so of itself, is no picture."""
    result = read_invocation(
        '{"images": ["/a.mp4", {"url": "/b", "type": "video"}, "/c.png"], "assets": ["/a.mp4"]}'
    ).result
    assert (("/c.png",), ("/a.mp4", "/b")) == (result.images, result.videos)


@pytest.mark.parametrize(("status", "shown"), [("running", None), ("failed", None), ("succeeded", "/a.png")])
def test_a_result_url_is_a_result_once_the_task_has_succeeded(status: str, shown: str | None) -> None:
    """R15, R27: before that, and where it fails, it is the picture that went in."""
    assert read_task(f'{{"taskId": "t", "status": "{status}", "resultUrl": "/a.png"}}').result_url == shown
