"""What bound markup shows, by slot; ``app.ports`` says what the keys mean."""


def flag(condition: object) -> str | None:
    """Return the value of an attribute that is there or not."""
    return "" if condition else None


def hidden_unless(condition: object) -> str | None:
    """Return the value of ``hidden``."""
    return None if condition else ""
