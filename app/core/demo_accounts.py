"""An account that a development host lets everybody sign in with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Its name, its password, which is no secret, and its role, if that is known."""

    username: str
    password: str
    role: str = ""
