"""All faults there are, as one type: its ``fault`` distinguishes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from devserver.faults.answers import Crash, Endless, Status, WrongRole
from devserver.faults.ends import Abort, Close, Delay, Drop, HalfOpen, Hang, Refuse, Reset, Swallow
from devserver.faults.frames import Binary, Corrupt, Duplicate, Oversize, Reorder, Truncate
from devserver.faults.inventions import Burst, Frame, Raw
from devserver.faults.outages import Account, ExpiredToken, Restart

AnyFault = Annotated[
    Abort
    | Account
    | Binary
    | Burst
    | Close
    | Corrupt
    | Crash
    | Delay
    | Drop
    | Duplicate
    | Endless
    | ExpiredToken
    | Frame
    | HalfOpen
    | Hang
    | Oversize
    | Raw
    | Refuse
    | Reorder
    | Reset
    | Restart
    | Status
    | Swallow
    | Truncate
    | WrongRole,
    Field(discriminator="fault"),
]
