"""The accounts that a development host offers. Read liberally: a host without them answers with anything."""

import json

from app.core.demo_accounts import DemoAccount

MOST = 6
LONGEST = 80


def read_demo_accounts(text: str) -> tuple[DemoAccount, ...]:
    """Return the accounts in an answer; none of what is anything else."""
    try:
        found = json.loads(text)["accounts"][:MOST]
        accounts = [
            DemoAccount(str(one["username"]), str(one["password"]), str(one.get("role") or "")) for one in found
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()
    return tuple(one for one in accounts if 0 < len(one.username) <= LONGEST and len(one.password) <= LONGEST)
