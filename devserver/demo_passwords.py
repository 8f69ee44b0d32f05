"""The demo users' passwords: their own names on loopback, words that nobody can guess where others reach the host.

Set at every start, because the same data may be served to this machine today and to everybody tomorrow.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select

from devserver.database import Database
from devserver.models import User
from devserver.passwords import hashed, hashed_quickly
from devserver.simulator.demo_users import DEMO_USERS

RANDOM_BYTES = 12


def set_passwords(database: Database, *, beyond_loopback: bool) -> dict[str, str]:
    """The passwords that are valid from now on, by user name. Blocking: for start-up only."""
    valid: dict[str, str] = {}
    with database.transaction() as session:
        for demo in DEMO_USERS:
            user = session.scalars(select(User).where(User.username == demo.name)).one_or_none()
            if user is None:
                continue
            if beyond_loopback:
                valid[demo.name] = secrets.token_urlsafe(RANDOM_BYTES)
                user.password_hash = hashed(valid[demo.name])
            else:
                valid[demo.name] = demo.name
                user.password_hash = hashed_quickly(demo.name)
    return valid
