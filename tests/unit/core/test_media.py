"""What an address is taken to lead to."""

import pytest

from app.core.media import Media, media_of


@pytest.mark.parametrize(
    ("url", "kind", "expected"),
    [
        ("/a.png", None, Media.IMAGE),
        ("https://h/a.MP4?x=1.png", None, Media.VIDEO),
        ("https://h/a.mp3#t", None, Media.AUDIO),
        ("/a.zip", None, Media.FILE),
        ("/a", None, Media.IMAGE),
        ("/a.png", "video/mp4", Media.VIDEO),
        ("/a.png", " Video ", Media.VIDEO),
        ("/a", "audio", Media.AUDIO),
        ("/a", "application/zip", Media.FILE),
        ("/a.mp4", "application/octet-stream", Media.VIDEO),
        ("/a.mp4", "result", Media.VIDEO),
        ("data:video/mp4;base64,AA", None, Media.VIDEO),
        ("data:,", None, Media.IMAGE),
        ("/a", "text/plain", Media.FILE),
        ("/a", "model/gltf-binary", Media.FILE),
        ("/a.b.mp4", None, Media.VIDEO),
        ("/a.mp4/b", None, Media.IMAGE),
        ("/files/mp4", None, Media.IMAGE),
        ("data:text/csv,a;b", None, Media.FILE),
        ("http://[", None, Media.IMAGE),
        ("", "", Media.IMAGE),
    ],
)
def test_the_sender_is_believed_before_the_ending(url: str, kind: str | None, expected: Media) -> None:
    """R27: a type says what it is; without one the ending of the path does."""
    assert expected == media_of(url, kind)


def test_what_nothing_says_is_taken_for_what_its_list_says() -> None:
    """R27: an address without an ending in a list of videos is a video."""
    assert Media.VIDEO == media_of("/files/77", None, Media.VIDEO)


@pytest.mark.parametrize(
    "url",
    [
        "data:application/octet-stream,a,b",
        "data:application/octet-stream;base64,AA",
        "data:application/octet-stream;x=y;base64,AA",
        "data:,",
        "http://[",
    ],
)
@pytest.mark.parametrize("otherwise", [Media.VIDEO, Media.IMAGE])
def test_of_what_an_address_holds_itself_only_the_type_counts(url: str, otherwise: Media) -> None:
    """R27: neither its parameters nor its content; bytes of no type are what their list says."""
    assert otherwise == media_of(url, None, otherwise)
