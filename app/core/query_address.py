"""A query as the part of an address behind ``#/tasks?`` (R35): ``q=koi&status=failed,running&since=24h&sort=-elapsed``.

The names are public. ``q`` is what would be typed into the search box; the other fields list their values, of which one
with a minus is excluded. Refuses to raise: what an address says that means nothing is left out and named.
docs/decisions/finding.md says why.
"""

from urllib.parse import quote, unquote

from app.core.query import (
    CHOICES,
    KNOWN_VALUES,
    SPANS,
    ParsedQuery,
    Query,
    QueryBuilder,
    Sort,
    format_sort,
    format_span,
    format_words,
    read_query,
)

LONGEST_ADDRESS = 8000
WORDS = "q"


def format_address(query: Query) -> str:
    """Return a query as part of an address; empty if it leaves every job in the usual order."""
    parts = [(WORDS, _quoted(format_words(query)))] if query.words or query.without else []
    for name in CHOICES:
        choice = query.choice(name)
        values = [*map(_encoded, choice.included), *(f"-{_encoded(value)}" for value in choice.excluded)]
        if values:
            parts.append((name, ",".join(values)))
    for name in SPANS:
        span = query.span(name)
        spans = [
            f"{sign}{format_span(seconds)}"
            for sign, seconds in (("", span.wanted), ("-", span.unwanted))
            if seconds is not None
        ]
        if spans:
            parts.append((name, ",".join(spans)))
    if query.sort != Sort():
        parts.append(("sort", format_sort(query.sort)))
    return "&".join(f"{name}={value}" for name, value in parts)


def parse_address(text: str) -> ParsedQuery:
    """Return the query in an address, and the parts of it that mean nothing."""
    builder = QueryBuilder()
    if len(text) > LONGEST_ADDRESS:
        builder.problems.append(_decoded(text[LONGEST_ADDRESS : LONGEST_ADDRESS + 20]))
        text = text[:LONGEST_ADDRESS]
    for part in filter(None, text.split("&")):
        name, _, value = part.partition("=")
        name = _decoded(name).strip().lower()
        if name == WORDS:
            parsed = read_query(_decoded(value))
            builder.add_all(parsed.query)
            builder.problems += parsed.problems
        elif name == "sort":
            builder.add(name, _decoded(value), negated=False)
        elif name in CHOICES or name in SPANS:
            # Where no value can hold a comma, an encoded one is a comma too: some programs encode all they send.
            listed = value if name in CHOICES and name not in KNOWN_VALUES else _decoded(value)
            for one in listed.split(","):
                negated = one.startswith("-")
                builder.add(name, _decoded(one[negated:]), negated=negated)
        else:
            builder.problems.append(_decoded(part)[:80])
    return builder.parsed()


def _encoded(text: str) -> str:
    """Return a value that holds no comma and begins with no minus, whatever it holds."""
    encoded = _quoted(text)
    return f"%2D{encoded[1:]}" if encoded.startswith("-") else encoded


def _quoted(text: str) -> str:
    return quote(text, safe=":/", errors="replace")


def _decoded(text: str) -> str:
    return unquote(text.replace("+", " "), errors="replace").encode("utf-8", "replace").decode()
