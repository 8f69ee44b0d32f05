"""Amounts of points and money: exact from the wire to the screen, never a binary fraction."""

from decimal import Decimal

Amount = int | Decimal
"""A whole number where it is one, else an exact decimal."""


def exact(value: Decimal) -> Amount:
    """Return an amount in its plain form: ``12`` for ``12.0``, ``12.5`` for ``12.50``."""
    whole = value.to_integral_value()
    return int(whole) if value == whole else value.normalize()


def plain(value: Amount) -> str:
    """Return an amount as digits, without an exponent and without separators, as scripts read it."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def decimals(value: Amount) -> int:
    """Return how many digits behind the point an amount needs to be written exactly."""
    if isinstance(value, int):
        return 0
    return max(0, -int(value.normalize().as_tuple().exponent))
