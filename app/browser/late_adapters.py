"""The adapters that only late pages use, as ``ports.LateAdapters`` names them."""

from collections.abc import Callable, Sequence
from typing import Any

import js

from app.browser import files
from app.browser.broadcast_channel import BrowserChannel
from app.browser.export_worker import ExportWorker
from app.browser.keyboard import BrowserDialog, BrowserKeyboard
from app.browser.notifications import BrowserNotifications
from app.browser.picture_files import BrowserPictureFiles
from app.browser.remembered_jobs import BrowserRememberedJobs
from app.browser.viewer import DialogViewer
from app.browser.web_lock import WebLockClaim
from app.browser.zip_worker import ZipWorker
from app.core.shortcuts import Press
from app.late_ports import (
    Channel,
    Dialog,
    Export,
    Keyboard,
    Notifications,
    PictureFiles,
    RememberedJobs,
    Viewer,
    ZippedFile,
)
from app.ports import Clock, Closable, Timers

_NOTIFICATIONS = BrowserNotifications()


def notifications() -> Notifications:
    """Return the notifications of this page."""
    return _NOTIFICATIONS


def picture_files() -> PictureFiles:
    """Return the way to pictures on the reader's device."""
    return BrowserPictureFiles()


def viewer() -> Viewer:
    """Return a viewer, closed."""
    return DialogViewer()


def keyboard(pressed: Callable[[Press], bool]) -> Keyboard:
    """Listen to the keyboard of the whole page."""
    return BrowserKeyboard(pressed)


def export(
    file_name: str,
    *,
    progress: Callable[[int, int], None],
    waiting: Callable[[int, float], None],
    done: Callable[[int], None],
    failed: Callable[[str], None],
    token_refused: Callable[[], None],
) -> Export:
    """Return an export that will be saved under ``file_name``."""
    return ExportWorker(
        file_name, progress=progress, waiting=waiting, done=done, failed=failed, token_refused=token_refused
    )


def zip(  # noqa: A001 - the port's name
    file_name: str,
    files: Sequence[ZippedFile],
    *,
    progress: Callable[[int, int], None],
    failed: Callable[[str, str], None],
    done: Callable[[int], None],
) -> Closable:
    """Bring the files and save them as one."""
    return ZipWorker(file_name, files, progress=progress, failed=failed, done=done)


def time_zones() -> Sequence[str]:
    """Return the names of the time zones that moments can be written in; only UTC where the browser lists none."""
    intl: Any = js.Intl
    listed = getattr(intl, "supportedValuesOf", None)
    names = [str(name) for name in listed("timeZone")] if listed else []
    return ["UTC", *(name for name in names if name != "UTC")]


def dialog(name: str, label: str, markup: str, closed: Callable[[], None]) -> Dialog:
    """Open a modal dialog."""
    return BrowserDialog(name, label, markup, closed)


def remembered_jobs(clock: Clock, timers: Timers) -> RememberedJobs:
    """Return what this browser remembers of ended jobs."""
    return BrowserRememberedJobs(clock, timers)


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
