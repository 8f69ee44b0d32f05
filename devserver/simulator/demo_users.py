"""The two people who can sign in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A name that is its own password, printed at start; nothing here is a secret."""

    name: str
    role: str
    points: int

    @property
    def id(self) -> str:
        """Always the same, so that a page signed in before the database was replaced is still somebody."""
        return uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.name}.podi.example").hex

    @property
    def email(self) -> str:
        """The other name to sign in by."""
        return f"{self.name}@podi.example"


DEMO_USERS: Final = (DemoUser("demo", "user", 6000), DemoUser("admin", "admin", 12000))
TEMP_POINTS: Final = 200
