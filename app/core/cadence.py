"""The poll interval that a number of active ids asks for (R9).

docs/decisions/polling.md says why.
"""

from app.core.rules import CadenceRules


def interval(active: int, rules: CadenceRules) -> float | None:
    """Return the seconds between two polls, or ``None`` when nothing is active and nothing is to be asked."""
    if active <= 0:
        return None
    if active < rules.few:
        return rules.fast_s
    return rules.medium_s if active <= rules.many else rules.slow_s
