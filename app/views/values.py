"""The small parts that bound values are made of; ``app.ports`` says what their keys mean."""

LONGEST_LINE = 240


def flag(condition: object) -> str | None:
    """Return the value of an attribute that is there or not."""
    return "" if condition else None


def hidden_unless(condition: object) -> str | None:
    """Return the value of ``hidden``."""
    return None if condition else ""


def one_line(text: str) -> str:
    """Return the beginning of a text as one line: a row shows no more, however long it is."""
    return " ".join(text[:LONGEST_LINE].split())


def short_executor(executor: str | None) -> str:
    """Return an executor's id without what all of them begin with."""
    return one_line(executor.removeprefix("executor_")) if executor else ""
