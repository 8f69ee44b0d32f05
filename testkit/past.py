"""A host's data as it is before its first start: the usual history, and whatever a test wants besides."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver.database import Database
from devserver.models import AbilityLog
from devserver.simulator.chance import Chance
from devserver.simulator.history import begin_history

HISTORY = 120


def prepare(folder: Path, *more: Callable[[Session], object], records: int = HISTORY) -> Path:
    """Make the database in a folder, let each of `more` write to it, and return the folder."""
    database = Database.open(folder)
    try:
        begin_history(database, Chance(1), records=records)
        for write in more:
            with database.transaction() as session:
                write(session)
    finally:
        database.close()
    return folder


def long_log(ability: str, count: int) -> Callable[[Session], object]:
    """Make the log of an ability at least `count` records long, by records like its last one."""

    def write(session: Session) -> None:
        of_ability = select(AbilityLog).where(AbilityLog.ability_id == ability)
        known = list(session.scalars(of_ability))
        columns = [column.key for column in AbilityLog.__table__.columns if column.key != "id"]
        model = known[-1]
        session.add_all(
            AbilityLog(**{name: deepcopy(getattr(model, name)) for name in columns}) for _ in range(count - len(known))
        )

    return write
