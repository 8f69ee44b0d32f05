"""The late part of the page as one file (docs/decisions/late.md): its contents as a line of JSON, and then the modules.

``modules`` says by name how many bytes of what follows each module is, in this order, whether they are ``compiled``,
and whether it is a ``package``. ``imports`` are, for each module, the late ones that it needs before it. ``messages``
and ``styles`` are from path to text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from tools import late_bytecode, page_files

SUFFIX = ".archive"
PACKAGE = "/__init__.py"


def ensure(say: Callable[[str], None], folder: Path = late_bytecode.FOLDER, root: Path = page_files.ROOT) -> None:
    """Compile what is late, and keep the archive of it: finding out what imports what takes longer than reading it."""
    late_bytecode.ensure(say, folder, root)
    file = folder / _name(root)
    for other in folder.glob(f"*{SUFFIX}"):
        if other != file:
            other.unlink()
    if not file.is_file():
        new = file.with_suffix(".new")
        new.write_bytes(made(root, folder))
        new.rename(file)


def read(root: Path = page_files.ROOT, folder: Path = late_bytecode.FOLDER) -> bytes:
    """Return the archive of a checkout, the kept one if nothing that it is made of has changed since."""
    try:
        return (folder / _name(root)).read_bytes()
    except OSError:
        return made(root, folder)


def made(root: Path = page_files.ROOT, bytecode: Path = late_bytecode.FOLDER) -> bytes:
    """Make the archive of a checkout, with the bytecode that has been made of its sources."""
    paths = page_files.late(root)
    sources = {path: (root / path).read_bytes() for path in paths if path.endswith(".py")}
    compiled = {path: late_bytecode.of(path, source, bytecode) for path, source in sources.items()}
    bodies = {path: compiled[path] or source for path, source in sources.items()}
    texts = {path: (root / path).read_text("utf-8") for path in paths if path not in sources}
    contents = {
        "modules": {
            module_name(path): {
                "bytes": len(body),
                "compiled": compiled[path] is not None,
                "package": path.endswith(PACKAGE),
            }
            for path, body in bodies.items()
        },
        "imports": {
            module_name(path): [module_name(other) for other in others]
            for path, others in page_files.late_imports(root).items()
        },
        "messages": {path: text for path, text in texts.items() if path.endswith(".json")},
        "styles": {path: text for path, text in texts.items() if path.endswith(".css")},
    }
    return b"\n".join((json.dumps(contents, ensure_ascii=False).encode(), b"".join(bodies.values())))


def module_name(path: str) -> str:
    """Return the name of the module in a file of the checkout."""
    return path.removesuffix(PACKAGE).removesuffix(".py").replace("/", ".")


def _name(root: Path) -> str:
    # An archive is also of how it is made.
    total = hashlib.sha256(Path(__file__).read_bytes())
    for path in page_files.late(root):
        total.update(late_bytecode.name_of(path, (root / path).read_bytes()).encode())
    return f"{total.hexdigest()}{SUFFIX}"
