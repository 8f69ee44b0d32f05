"""A request to the API as somebody would write it: curl, Python or JavaScript (R38).

The token is a placeholder, a variable of the environment: what is copied can be sent to anybody. Refuses to know any
token.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

TOKEN = "PODI_TOKEN"
"""The variable that stands for the access token."""
_INDENT = 2


class Language(StrEnum):
    """What a request is written in."""

    CURL = "curl"
    PYTHON = "python"
    JAVASCRIPT = "javascript"


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A POST with a JSON body; ``url`` is absolute."""

    url: str
    body: Mapping[str, object]


def code(request: CodeRequest, language: Language) -> str:
    """Return a request as a piece of code that sends it and prints the answer."""
    match language:
        case Language.CURL:
            return _curl(request)
        case Language.PYTHON:
            return _python(request)
        case Language.JAVASCRIPT:
            return _javascript(request)


def shell_quoted(text: str) -> str:
    """Return a text as one word of a POSIX shell in which nothing is expanded."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _curl(request: CodeRequest) -> str:
    return (
        f"curl {shell_quoted(request.url)} \\\n"
        f'  -H "Authorization: Bearer ${TOKEN}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  --data-raw {shell_quoted(_json(request.body))}\n"
    )


def _python(request: CodeRequest) -> str:
    return (
        "import json\n"
        "import os\n"
        "import urllib.request\n\n"
        f"body = {_literal(request.body, 0)}\n"
        "request = urllib.request.Request(\n"
        f"    {request.url!a},\n"
        "    data=json.dumps(body).encode(),\n"
        "    headers={\n"
        f'        "Authorization": "Bearer " + os.environ["{TOKEN}"],\n'
        '        "Content-Type": "application/json",\n'
        "    },\n"
        ")\n"
        "with urllib.request.urlopen(request) as answer:\n"
        "    print(json.load(answer))\n"
    )


def _javascript(request: CodeRequest) -> str:
    text = _json(request.body)
    # In a literal this key would set the object's prototype; parsed, it is a key like any other.
    body = f"JSON.parse({_js_text(text)})" if "__proto__" in text else _js_safe(text)
    return (
        f"const body = {body};\n"
        f"const answer = await fetch({_js_text(request.url)}, {{\n"
        '  method: "POST",\n'
        "  headers: {\n"
        f"    Authorization: `Bearer ${{process.env.{TOKEN}}}`,\n"
        '    "Content-Type": "application/json",\n'
        "  },\n"
        "  body: JSON.stringify(body),\n"
        "});\n"
        "console.log(await answer.json());\n"
    )


def _json(body: Mapping[str, object]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=_INDENT, default=str)


def _js_text(text: str) -> str:
    return _js_safe(json.dumps(text, ensure_ascii=False))


def _js_safe(text: str) -> str:
    """Return JSON as JavaScript of before 2019 takes it too, which ends a line at these two characters."""
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _literal(value: object, depth: int) -> str:
    """Return a JSON value as a literal of Python, indented as its formatters do."""
    inner, outer = "    " * (depth + 1), "    " * depth
    match value:
        case Mapping() if value:
            members = "".join(f"{inner}{key!r}: {_literal(member, depth + 1)},\n" for key, member in value.items())
            return f"{{\n{members}{outer}}}"
        case list() if value:
            members = "".join(f"{inner}{_literal(member, depth + 1)},\n" for member in value)
            return f"[\n{members}{outer}]"
        case float() if not isfinite(value):
            return f'float("{value}")'
        case _:
            return repr(value)
