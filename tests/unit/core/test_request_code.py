"""A request as code: what is copied means the request, and holds no token."""

from __future__ import annotations

import ast
import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.request_code import TOKEN, CodeRequest, Language, code

TEXTS = st.text(max_size=12) | st.sampled_from(["'", '"', "$PODI", "`id`", "a'b\"c", "\\", "!x", "\u2028", "__proto__"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)
BODIES = st.dictionaries(TEXTS, VALUES, max_size=4)
URL = "https://podi.example.org/api/ability-tasks"


@given(BODIES, st.sampled_from([URL, "https://podi.example.org/it's/$HOME"]))
def test_the_shell_reads_the_request_back(body: dict[str, object], url: str) -> None:
    """R38: what a shell makes of the copied curl is the request, whatever is in it."""
    words = shlex.split(code(CodeRequest(url, body), Language.CURL).replace("\\\n", " "))
    assert ["curl", url, "-H", f"Authorization: Bearer ${TOKEN}"] == words[:4]
    assert ["-H", "Content-Type: application/json", "--data-raw"] == words[4:7]
    assert body == json.loads(words[7])
    assert 8 == len(words)


@given(BODIES)
def test_python_reads_the_request_back(body: dict[str, object]) -> None:
    """R38: the copied Python is valid, and its body is that of the request."""
    tree = ast.parse(code(CodeRequest(URL, body), Language.PYTHON))
    assigned = next(node for node in tree.body if isinstance(node, ast.Assign))
    assert body == ast.literal_eval(assigned.value)


@given(BODIES)
def test_javascript_holds_the_request(body: dict[str, object]) -> None:
    """R38: the copied JavaScript's body is that of the request, a key called ``__proto__`` too."""
    first = (
        code(CodeRequest(URL, body), Language.JAVASCRIPT).partition(";\nconst answer")[0].removeprefix("const body = ")
    )
    if first.startswith("JSON.parse("):
        first = json.loads(first.removeprefix("JSON.parse(").removesuffix(")"))
    assert body == json.loads(first)


@pytest.mark.parametrize("language", Language)
def test_the_token_is_a_placeholder(language: Language) -> None:
    """R38: all three name the variable that the token is to be put into, and the address."""
    text = code(CodeRequest(URL, {"abilityId": "x"}), language)
    assert (True, True, True) == (TOKEN in text, URL in text, "abilityId" in text)


def test_python_is_laid_out_to_be_read() -> None:
    """R38: one member a line."""
    text = code(CodeRequest(URL, {"a": {"b": [1, True, None]}, "c": {}}), Language.PYTHON)
    assert (
        "body = {\n    'a': {\n        'b': [\n            1,\n            True,\n            None,\n        ],\n"
        "    },\n    'c': {},\n}\n" in text
    )
