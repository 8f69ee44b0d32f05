"""Amounts of points and money: exact from the wire to the screen, never a binary fraction."""

from decimal import Decimal, localcontext

Amount = int | Decimal
"""A whole number where it is one, else an exact decimal."""

# An amount has up to 15 digits before the point and 18 behind it; Python's usual 28 would round a sum of such.
_SUM_DIGITS = 60


def exact(value: Decimal) -> Amount:
    """Return an amount in its plain form: ``12`` for ``12.0``, ``12.5`` for ``12.50``."""
    whole = value.to_integral_value()
    # Not ``normalize``, which rounds to 28 digits.
    return int(whole) if value == whole else Decimal(plain(value).rstrip("0"))


def plain(value: Amount) -> str:
    """Return an amount as digits, without an exponent and without separators, as scripts read it."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def decimals(value: Amount) -> int:
    """Return how many digits behind the point an amount needs to be written exactly."""
    if isinstance(value, int):
        return 0
    return len(plain(value).partition(".")[2].rstrip("0"))


def add(one: Amount, other: Amount) -> Amount:
    """Return the exact sum of two amounts."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    with localcontext() as context:
        context.prec = _SUM_DIGITS
        return exact(Decimal(one) + Decimal(other))


def minus(value: Amount) -> Amount:
    """Return the amount with the other sign, exactly."""
    return value.copy_negate() if isinstance(value, Decimal) else -value
