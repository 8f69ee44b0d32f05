"""The SQLite file: opening it, refusing one that is not ours, and transactions.

The host reads and writes it from the event loop's thread alone, in transactions that never await: they are short, they
cannot interleave, and no lock is needed (docs/decisions/host-one-writer.md). Refuses to migrate or delete anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from devserver.failures import DataFailure
from devserver.models import SCHEMA_VERSION, Base

FILE_NAME = "podi.sqlite3"


def _refuse(file: Path, because: str) -> DataFailure:
    return DataFailure(
        f"{file} {because}. Nothing was changed or deleted: move it aside (mv '{file}' '{file}.old'; with -wal and -shm"
        " files beside it, those too) and start again for a fresh one, or choose another directory with --data"
    )


def _version_of(file: Path) -> int:
    """The schema version recorded in ``file``, read without touching it."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return int(version)
    except sqlite3.DatabaseError as error:
        raise _refuse(file, f"cannot be read as a database ({error})") from error


def _prepare_connection(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


class Database:
    """Owner of the engine; ``close()`` may be called any number of times."""

    def __init__(self, engine: Engine, *, fresh: bool) -> None:
        self._engine = engine
        self.fresh = fresh
        """True if this start made the file."""

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open or make the database in ``directory``.

        Raises ``DataFailure`` for a database of another schema version or a file that is no database.
        """
        file = directory / FILE_NAME
        fresh = not file.exists() or file.stat().st_size == 0
        if not fresh and (version := _version_of(file)) != SCHEMA_VERSION:
            age = "an older" if version < SCHEMA_VERSION else "a newer"
            raise _refuse(
                file, f"was made by {age} version of this host (schema {version}, this one needs {SCHEMA_VERSION})"
            )
        engine = create_engine(f"sqlite:///{file}")
        event.listen(engine, "connect", _prepare_connection)
        if fresh:
            Base.metadata.create_all(engine)
            with engine.begin() as connection:
                connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
        return cls(engine, fresh=fresh)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that is committed at the end of the block, or rolled back if it raises. Never await inside."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
