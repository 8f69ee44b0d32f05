"""One word, one thing: the words that the project has left do not come back.

What somebody says of a job is an *update*; an end is *reported*, a user is *notified*, a listener is *called*, what a
socket brings is *received*. A grep cannot see a meaning, so that words with another use ("look", "ways", "fold") are
left to the reader.
"""

from __future__ import annotations

import re
import subprocess

from testkit.host import ROOT

LEFT = re.compile(
    r"(?<![A-Za-z])(?:told|tells?|telling|hears?|heard|hearing|news|wish(?:es|ed)?|uttered|keepers?|desks?|errands?"
    r"|strangers?|ghosts?)(?![A-Za-z])",
    re.IGNORECASE,
)
KINDS = ("*.py", "*.js", "*.mjs", "*.ts", "*.tsx", "*.css", "*.md", "*.html")
OTHERS = ("static/vendor/",)
"""What others wrote."""

STILL_SAID = {
    "app/contexts/notifications.py": r"podi\.(?:tell|told)\.",
    "app/wire/notifications.py": r'alias="told"|_Claims\(told=',
    "app/views/shell/notifications.py": r'data-podi="tell-settings"',
    "tests/browser/test_accessibility.py": r"data-podi=tell-settings",
    "tests/e2e/test_notifications.py": r"podi\.told\.|\.told\)|tell-settings",
    "tests/faults/test_surroundings.py": r'"tell\.USER", "told\.USER"|"told":|podi\.tell\.USER',
    "tests/unit/wire/test_coalesce.py": r'"type":"news"',
}
"""Public attributes and what browsers have kept, which stay, and a type of frame that nobody knows: by file."""


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *KINDS], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.split("\0") if path and not path.startswith(OTHERS)]


def test_the_words_that_were_left_stay_away() -> None:
    """In names, comments and sentences to developers alike; what people read is natural language."""
    found = []
    for path in _tracked():
        file = ROOT / path
        if path == "tests/repo/test_words.py" or not file.is_file():
            continue
        still = STILL_SAID.get(path)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            rest = re.sub(still, "", line) if still else line
            if LEFT.search(rest):
                found.append(f"{path}:{number}: {line.strip()}")
    assert [] == found


def test_each_exception_is_still_one() -> None:
    """What is gone is taken out of the list."""
    for path, words in STILL_SAID.items():
        assert re.search(words, (ROOT / path).read_text("utf-8")), path
