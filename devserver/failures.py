"""The reasons for which the host refuses to start.

::

    StartFailure          one line for the person at the terminal, exit status 1
    ├── AddressFailure    the address cannot be listened on
    ├── BackendFailure    BACKEND is not a usable address
    ├── DataFailure       the data directory or its database cannot be used as it is
    └── SiteFailure       the page's files are not there
"""

from __future__ import annotations


class StartFailure(Exception):
    """Carries one line that says what is wrong and what to do about it."""


class AddressFailure(StartFailure):
    """The port is taken or the host name is not this machine's."""


class BackendFailure(StartFailure):
    """The backend's address is not an origin that requests could be forwarded to."""


class DataFailure(StartFailure):
    """The database belongs to another version, to another process, or is not a database. Nothing was changed."""


class SiteFailure(StartFailure):
    """The page or the browser runtime is missing."""
