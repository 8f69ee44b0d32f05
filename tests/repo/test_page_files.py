"""The page is given exactly the modules that there are, and asks no other host for anything."""

from __future__ import annotations

import ast
import gzip
import html.parser
import json
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from tools import page_files

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
ADDRESS = re.compile(r"""(?:\b(?:https?|wss?):|["'(=]\s*)//[a-z0-9\[]""", re.IGNORECASE)
# The names of XML's own vocabularies look like addresses; nobody asks for them.
VOCABULARY = re.compile(r"http://www\.w3\.org/\S+")
# Bytes of gzip. Raised only with what `make boot` says of it.
BOOT_BUDGET = 193_000
# The browsers' own pages, and modules that only they have.
BROWSER_MODULES = ("js", "pyodide", "pyodide_js", "pyscript", "pyodide_http")


class _Scripts(html.parser.HTMLParser):
    """Collects the sources of Python scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.python: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "script" and attributes.get("type") == "py" and attributes.get("src"):
            self.python.append(str(attributes["src"]))


def _configuration() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyscript.toml").read_text("utf-8"))


def _page_files() -> dict[str, str]:
    """What [files] gives the page: where each comes from and what it becomes, placeholders filled in."""
    files: dict[str, str] = _configuration()["files"]
    names = {key: value for key, value in files.items() if re.fullmatch(r"\{\w+\}", key)}

    def fill(text: str) -> str:
        for key, value in names.items():
            text = text.replace(key, value)
        return text

    return {fill(key): fill(value) for key, value in files.items() if key not in names}


def _started_by_page() -> set[str]:
    scripts = _Scripts()
    scripts.feed((ROOT / "index.html").read_text("utf-8"))
    return {source.removeprefix("./") for source in scripts.python}


def _modules() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def _dotted(module: Path) -> str:
    parts = module.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(name)):
                yield name


def test_every_module_is_given_to_the_page() -> None:
    """[files] of pyscript.toml gives it what main reaches by imports; the rest is in the archive, or the worker's."""
    given = {target for source, target in _page_files().items() if source.removeprefix("./") == target}
    assert given == set(page_files.early())
    wanted = {module.relative_to(ROOT).as_posix() for module in _modules()}
    others = wanted - given - _started_by_page() - set(page_files.late())
    assert others == {"app/export/__init__.py", "app/export/log_export.py"}


@pytest.mark.parametrize(
    "room",
    [
        "app/pages/admin/",
        "app/pages/points/",
        "app/views/admin/",
        "app/views/points/",
        "app/pages/abilities/",
        "app/views/abilities/",
    ],
)
def test_what_nobody_needs_at_first_is_late(room: str) -> None:
    """Nothing that the first lists need imports it: it is not in the memory that every page waits for."""
    assert [path for path in page_files.early() if path.startswith(room)] == []


def test_the_boot_stays_within_its_budget() -> None:
    """What every page waits for, compressed together: a feature that nobody needs at first belongs to the late part."""
    first = [
        ROOT / "index.html",
        ROOT / "static" / "messages" / "zh.json",
        *sorted((ROOT / "static" / "styles").glob("*")),
    ]
    texts = [file.read_bytes() for file in [*first, *(ROOT / path for path in page_files.early())]]
    assert len(gzip.compress(b"".join(texts), 9, mtime=0)) <= BOOT_BUDGET


def test_early_modules_import_what_they_find(tmp_path: Path) -> None:
    """The scan follows packages, names in them and imports inside functions, and none that are for types."""
    sources = {
        "app/__init__.py": "",
        "app/main.py": "if TYPE_CHECKING:\n    import app.a.other\n"
        "def run():\n    from app.a import one\n    import app.b.two\n",
        "app/a/__init__.py": "",
        "app/a/one.py": "",
        "app/a/other.py": "from app.late import deep",
        "app/late/__init__.py": "",
        "app/late/deep.py": "import app.c, app.late.deep",
        "app/b/__init__.py": "from app import c",
        "app/b/two.py": "",
        "app/c.py": "",
        "app/run.py": "from app import main",
        "app/export/worker.py": "",
        "static/late/messages/x.en.json": "{}",
        "static/late/styles/x.css": "",
        "static/late/notes.txt": "",
    }
    for path, text in sources.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    early = page_files.early(tmp_path)
    assert early == [
        "app/__init__.py", "app/a/__init__.py", "app/a/one.py",
        "app/b/__init__.py", "app/b/two.py", "app/c.py", "app/main.py",
    ]  # fmt: skip
    settings = page_files.rewritten(f"[files]\n{page_files.BEGIN}{page_files.END}", early)
    (tmp_path / page_files.SETTINGS).write_text(settings, encoding="utf-8")
    late = ["app/a/other.py", "app/late/__init__.py", "app/late/deep.py"]
    others = ["static/late/messages/x.en.json", "static/late/styles/x.css"]
    assert page_files.late(tmp_path) == late + others
    assert page_files.late_imports(tmp_path) == {
        "app/a/other.py": ["app/late/__init__.py", "app/late/deep.py"],
        "app/late/__init__.py": [],
        "app/late/deep.py": ["app/late/__init__.py"],
    }


def test_the_page_is_given_no_file_that_does_not_exist() -> None:
    """Whatever [files] names is in the checkout, and so is the script the page starts."""
    named = {source.removeprefix("./") for source in _page_files()} | _started_by_page()
    assert {name for name in named if not (ROOT / name).is_file()} == set()


@pytest.mark.parametrize("page", sorted((ROOT / "tests").rglob("pyscript.toml")), ids=lambda page: page.parent.name)
def test_the_tests_own_pages_are_given_files_that_exist(page: Path) -> None:
    """A module that is renamed is renamed there too; those pages name files from their folder or from the root."""
    named = tomllib.loads(page.read_text("utf-8")).get("files", {})
    assert [name for name in named if not ((page.parent / name).is_file() or (ROOT / name).is_file())] == []


def test_the_interpreter_and_its_packages_are_of_this_host() -> None:
    """pyscript.toml names the vendored interpreter, packages of the local lock, and no index to ask for others."""
    configuration = _configuration()
    lock = json.loads((ROOT / "static/vendor/pyodide/pyodide-lock.json").read_text("utf-8"))
    assert (ROOT / configuration["interpreter"]).is_file()
    assert set(configuration["packages"]) <= set(lock["packages"])
    assert configuration["packages_cache"] == "passthrough"


def test_nothing_the_page_is_made_of_names_another_host() -> None:
    """No address of another host is in the page, its configuration, its modules and its own static files."""
    vendor = ROOT / "static" / "vendor"
    files = [ROOT / "index.html", ROOT / "pyscript.toml", *_modules()]
    # Pictures are no text: any bytes may be in them.
    own = (file for file in (ROOT / "static").rglob("*") if file.is_file() and file.suffix != ".png")
    files += [file for file in own if vendor not in file.parents]
    texts = {file: VOCABULARY.sub("", file.read_text("utf-8", errors="ignore")) for file in files}
    assert [str(file.relative_to(ROOT)) for file, text in texts.items() if ADDRESS.search(text)] == []


def test_core_needs_the_standard_library_alone() -> None:
    """R26: what is in app/core imports Python's own modules and its neighbours, nothing else."""
    allowed = sys.stdlib_module_names | {"app"}
    foreign = {
        (module.name, name)
        for module in (APP / "core").rglob("*.py")
        for name in _imports(module)
        if name.partition(".")[0] not in allowed or (name.startswith("app.") and not name.startswith("app.core"))
    }
    assert foreign == set()


def test_only_the_adapters_know_the_browser() -> None:
    """R26: no module outside app/browser mentions a module that only a browser's Python has."""
    found = {
        str(module.relative_to(ROOT))
        for module in _modules()
        if APP / "browser" not in module.parents
        for name in _imports(module)
        if name.partition(".")[0] in BROWSER_MODULES
    }
    assert found == set()


def test_the_app_imports_without_a_browser() -> None:
    """R26: everything outside app/browser imports in plain CPython, in one fresh process."""
    names = [_dotted(module) for module in _modules() if APP / "browser" not in module.parents]
    command = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    result = subprocess.run(
        [sys.executable, "-c", command, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


def _catalogues() -> list[Path]:
    """The catalogues of all languages, the early one of each first."""
    static = ROOT / "static"
    return [*sorted((static / "messages").glob("*.json")), *sorted((static / "late" / "messages").glob("*.json"))]


def _flat(catalogue: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in catalogue.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: str(value)}
    return flat


def test_the_catalogues_say_the_same_things() -> None:
    """Every language has the same messages, none empty, with the same places to fill in."""
    catalogues: dict[str, dict[str, str]] = {}
    for file in _catalogues():
        catalogue = _flat(json.loads(file.read_text("utf-8")))
        known = catalogues.setdefault(file.stem.rpartition(".")[2], {})
        assert not known.keys() & catalogue.keys(), f"{file.name} says again what another catalogue says"
        known |= catalogue
    assert len(catalogues) >= 2
    first = next(iter(catalogues.values()))
    for language, catalogue in catalogues.items():
        assert catalogue.keys() == first.keys(), language
        assert [key for key, message in catalogue.items() if not message.strip()] == [], language
        assert {key: _places(message) for key, message in catalogue.items()} == {
            key: _places(message) for key, message in first.items()
        }, language


def _places(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_late_modules_import_one_another_in_one_direction() -> None:
    """The page imports them one at a time, each after those that it imports."""
    imports = page_files.late_imports()
    try:
        order = [*TopologicalSorter(imports).static_order()]
    except CycleError as error:
        raise AssertionError(error.args[1]) from None
    assert imports.keys() == set(order)
