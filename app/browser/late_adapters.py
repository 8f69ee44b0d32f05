"""The adapters that only late pages use, as ``ports.LateAdapters`` names them."""

from collections.abc import Callable, Sequence
from typing import Any

import js

from app.browser import files
from app.browser.broadcast_channel import BrowserChannel
from app.browser.clipboard import BrowserClipboard
from app.browser.export_worker import ExportWorker
from app.browser.keyboard import BrowserDialog, BrowserKeyboard
from app.browser.notifications import BrowserNotifications
from app.browser.picture_files import BrowserPictureFiles
from app.browser.remembered_jobs import BrowserRememberedJobs
from app.browser.viewer import DialogViewer
from app.browser.web_lock import WebLockClaim
from app.browser.zip_worker import ZipWorker
from app.late_ports import Channel, Notifications
from app.ports import Closable

clipboard = BrowserClipboard
picture_files = BrowserPictureFiles
viewer = DialogViewer
keyboard = BrowserKeyboard
dialog = BrowserDialog
remembered_jobs = BrowserRememberedJobs
export = ExportWorker
zip = ZipWorker  # noqa: A001 - the port's name

_NOTIFICATIONS = BrowserNotifications()


def notifications() -> Notifications:
    """Return the notifications of this page."""
    return _NOTIFICATIONS


def time_zones() -> Sequence[str]:
    """Return the names of the time zones that moments can be written in; only UTC where the browser lists none."""
    intl: Any = js.Intl
    listed = getattr(intl, "supportedValuesOf", None)
    names = [str(name) for name in listed("timeZone")] if listed else []
    return ["UTC", *(name for name in names if name != "UTC")]


def channel(name: str, received: Callable[[str, Callable[[], str | bytes | None]], None]) -> Channel:
    """Open a channel between pages of this version."""
    return BrowserChannel(_of_this_version(name), received)


def claim(
    name: str, *, steal: bool, held: Callable[[], None], lost: Callable[[], None], refused: Callable[[str], None]
) -> Closable:
    """Queue for a lock of the pages of this version."""
    return WebLockClaim(_of_this_version(name), steal=steal, held=held, lost=lost, refused=refused)


def _of_this_version(name: str) -> str:
    """Each version has files of its own: pages that differ in what they say share nothing."""
    return f"{files.address('')} {name}"
