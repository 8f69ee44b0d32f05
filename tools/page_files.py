"""Writes the table of the page's Python modules into ``pyscript.toml``, between its two marks.

PyScript copies exactly these into the interpreter; a test holds the list against the folder.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "# files: begin\n"
END = "# files: end\n"


def modules(root: Path) -> list[str]:
    """Return the modules the page imports, as paths from the root of the checkout."""
    found = (path.relative_to(root).as_posix() for path in (root / "app").rglob("*.py"))
    return sorted(path for path in found if path != "app/run.py")


def rewritten(text: str, paths: list[str]) -> str:
    """Return the configuration with its table of files replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "".join(f'"./{path}" = "{path}"\n' for path in paths)
    return f"{before}{BEGIN}{table}{END}{after}"


def main() -> None:
    """Bring ``pyscript.toml`` up to date."""
    target = ROOT / "pyscript.toml"
    target.write_text(rewritten(target.read_text(encoding="utf-8"), modules(ROOT)), encoding="utf-8")


if __name__ == "__main__":
    main()
