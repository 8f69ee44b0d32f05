"""What was found of each line of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contract.lines import BY_NAME, LINES, Line


class Verdict(StrEnum):
    """How a backend stands to a line; the words are what is printed."""

    HAS = "has"
    DIFFERS = "differs"
    LACKS = "lacks"
    REFUSES = "refuses"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one line was found to be; `usable` is whether the page can use what there is."""

    line: Line
    verdict: Verdict
    says: str
    usable: bool


class Findings:
    """The findings, each line once, in the order of the contract."""

    def __init__(self) -> None:
        self._found: dict[str, Finding] = {}

    def has(self, name: str, says: str = "") -> None:
        """The backend does as the contract says."""
        self._note(name, Verdict.HAS, says, usable=True)

    def differs(self, name: str, says: str, *, usable: bool) -> None:
        """It answers, otherwise than the contract says."""
        self._note(name, Verdict.DIFFERS, says, usable=usable)

    def lacks(self, name: str, says: str) -> None:
        """It does not have it."""
        self._note(name, Verdict.LACKS, says, usable=False)

    def refuses(self, name: str, says: str) -> None:
        """It has it for others."""
        self._note(name, Verdict.REFUSES, says, usable=False)

    def not_asked(self, name: str, says: str) -> None:
        """Nothing is known of it."""
        self._note(name, Verdict.NOT_ASKED, says, usable=True)

    def usable(self, name: str) -> bool:
        """Whether a line was found, and found to be of use."""
        found = self._found.get(name)
        return found is not None and found.verdict is not Verdict.NOT_ASKED and found.usable

    def all(self) -> list[Finding]:
        """Every line of the contract; those that nobody came to were not asked."""
        return [
            self._found.get(line.name)
            or Finding(line, Verdict.NOT_ASKED, "nobody is signed in", usable=not line.required)
            for line in LINES
        ]

    def _note(self, name: str, verdict: Verdict, says: str, *, usable: bool) -> None:
        self._found[name] = Finding(BY_NAME[name], verdict, says, usable)
