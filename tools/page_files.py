"""Which of the page's files are early and which are late; writes the early ones into ``pyscript.toml``.

A module of ``app/`` is *early* if ``app/main.py`` reaches it by imports as they stand in the sources: PyScript copies
exactly these into the interpreter, and the memory snapshot holds them. Every other one is *late*: with the sentences
and styles in ``static/late/`` it comes in one archive, when the lists are up (docs/decisions/late.md). What runs in the
export's worker is neither. A test holds the table in ``pyscript.toml`` against the sources.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "# files: begin\n"
END = "# files: end\n"
SETTINGS = "pyscript.toml"
RUN = "app/run.py"
ARCHIVE = "static/late.bin"
"""Where the page asks for the late files."""
LATE_FOLDER = "static/late"
WORKER_ROOM = "app/export/"


def early(root: Path = ROOT) -> list[str]:
    """Return the modules that ``app/main.py`` reaches, as paths from the root of the checkout."""
    found: set[str] = set()
    waiting = ["app/main.py"]
    while waiting:
        path = waiting.pop()
        if path in found or not (root / path).is_file():
            continue
        found.add(path)
        waiting.extend(_packages(path))
        waiting.extend(_imported(root / path))
    return sorted(found)


def late(root: Path = ROOT) -> list[str]:
    """Return the late files, modules first, as paths from the root of the checkout."""
    others = (path.relative_to(root).as_posix() for path in (root / LATE_FOLDER).rglob("*.*"))
    return [*late_modules(root), *sorted(path for path in others if path.endswith((".json", ".css")))]


def late_modules(root: Path = ROOT) -> list[str]:
    """Return the late modules, as paths from the root of the checkout: those that ``pyscript.toml`` does not list."""
    early_ones = {*listed(root), RUN}
    modules = (path.relative_to(root).as_posix() for path in (root / "app").rglob("*.py"))
    return sorted(path for path in modules if path not in early_ones and not path.startswith(WORKER_ROOM))


def late_imports(root: Path = ROOT) -> dict[str, list[str]]:
    """Return, for each late module, the late ones that it needs before it, by path."""
    modules = dict.fromkeys(late_modules(root))
    wanted = {path: dict.fromkeys((*_packages(path), *_imported(root / path))) for path in modules}
    return {path: [other for other in wanted[path] if other in modules and other != path] for path in modules}


def listed(root: Path = ROOT) -> list[str]:
    """Return the early modules as ``pyscript.toml`` lists them: what a page of this checkout is given."""
    try:
        files = tomllib.loads((root / SETTINGS).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return []
    targets = (str(target).removeprefix("./") for target in files.values())
    return sorted(target for target in targets if target.startswith("app/"))


def rewritten(text: str, paths: list[str]) -> str:
    """Return the configuration with its table of files replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "".join(f'"./{path}" = "{path}"\n' for path in paths)
    return f"{before}{BEGIN}{table}{END}{after}"


def _packages(path: str) -> Iterator[str]:
    """Yield the packages that a module is in: they are imported before it."""
    for parent in Path(path).parents:
        if parent != Path():
            yield f"{parent.as_posix()}/__init__.py"


def _imported(module: Path) -> Iterator[str]:
    """Yield what the imports of a module may name, as paths; some are not there."""
    tree = ast.parse(module.read_text("utf-8"))
    for_types = {inner for node in ast.walk(tree) if _is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if node in for_types:
            continue
        names: list[str] = []
        match node:
            case ast.Import(names=aliases):
                names = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(name), names=aliases):
                names = [name, *(f"{name}.{alias.name}" for alias in aliases)]
        for name in names:
            if name.partition(".")[0] == "app":
                path = name.replace(".", "/")
                yield f"{path}.py"
                yield f"{path}/__init__.py"


def _is_for_types(node: ast.AST) -> bool:
    """Whether only a type checker reads what is in it."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def main() -> None:
    """Bring ``pyscript.toml`` up to date."""
    target = ROOT / SETTINGS
    target.write_text(rewritten(target.read_text(encoding="utf-8"), early(ROOT)), encoding="utf-8")


if __name__ == "__main__":
    main()
