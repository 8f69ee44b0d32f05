"""The adapters that only late pages use, as ``ports.LateAdapters`` names them."""

from app.browser.picture_files import BrowserPictureFiles
from app.browser.viewer import DialogViewer
from app.ports import PictureFiles, Viewer


def picture_files() -> PictureFiles:
    """Return the way to pictures on the reader's device."""
    return BrowserPictureFiles()


def viewer() -> Viewer:
    """Return a viewer, closed."""
    return DialogViewer()
