"""A request as code: what is copied means the request, and holds no token."""

from __future__ import annotations

import ast
import json
import shlex
from decimal import Decimal

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
    """R38: one member a line, as its formatters have it, and what JSON has no word for is said in Python's."""
    body = {"a": {"b": [1, True, [None]]}, "c": {}, "d": float("inf")}
    assert f"""import json
import os
import urllib.request

body = {{
    'a': {{
        'b': [
            1,
            True,
            [
                None,
            ],
        ],
    }},
    'c': {{}},
    'd': float("inf"),
}}
request = urllib.request.Request(
    '{URL}',
    data=json.dumps(body).encode(),
    headers={{
        "Authorization": "Bearer " + os.environ["PODI_TOKEN"],
        "Content-Type": "application/json",
    }},
)
with urllib.request.urlopen(request) as answer:
    print(json.load(answer))
""" == code(CodeRequest(URL, body), Language.PYTHON)


JAVASCRIPT = f"""const answer = await fetch("{URL}/印花", {{
  method: "POST",
  headers: {{
    Authorization: `Bearer ${{process.env.PODI_TOKEN}}`,
    "Content-Type": "application/json",
  }},
  body: JSON.stringify(body),
}});
console.log(await answer.json());
"""


def test_javascript_is_laid_out_to_be_read() -> None:
    """R38: one member a line, every character as it is, and what JSON has no word for as its text."""
    body = {"名": ["印花", Decimal("1.5")]}
    assert f"""const body = {{
  "名": [
    "印花",
    "1.5"
  ]
}};
{JAVASCRIPT}""" == code(CodeRequest(f"{URL}/印花", body), Language.JAVASCRIPT)


def test_a_key_that_would_set_a_prototype_is_parsed() -> None:
    """R38: in a literal of JavaScript the body would lose it."""
    text = r"""const body = JSON.parse("{\n  \"__proto__\": \"印\"\n}");
"""
    assert text + JAVASCRIPT == code(CodeRequest(f"{URL}/印花", {"__proto__": "印"}), Language.JAVASCRIPT)


@pytest.mark.parametrize(("name", "parsed"), [("a", False), ("__proto__", True)])
def test_no_line_of_javascript_ends_within_a_text(name: str, parsed: bool) -> None:
    """R38: JavaScript of before 2019 takes two characters for the end of a line that JSON does not."""
    text = code(CodeRequest(URL, {name: "x\u2028y\u2029z"}), Language.JAVASCRIPT)
    assert (r"x\u2028y\u2029z" in text, "JSON.parse" in text) == (True, parsed)
