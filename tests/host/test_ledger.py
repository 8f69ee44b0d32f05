"""The wallet's books, whatever happens to them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from devserver import wallet
from devserver.models import Base, Hold, LedgerEntry, User

BEGIN = datetime(2026, 1, 15)  # noqa: DTZ001 (the database's times are naive)
STEPS = st.lists(
    st.tuples(st.sampled_from(["grant", "freeze", "deduct", "release"]), st.integers(0, 5), st.integers(1, 200)),
    max_size=25,
)


def books(session: Session, user: User) -> tuple[int, int]:
    """What the ledger and the holds say the user has available and frozen."""
    session.flush()
    entries = select(func.coalesce(func.sum(LedgerEntry.points), 0)).where(LedgerEntry.user_id == user.id)
    holds = select(func.coalesce(func.sum(Hold.points), 0)).where(Hold.user_id == user.id, Hold.status == "frozen")
    return session.scalar(entries) or 0, session.scalar(holds) or 0


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_books_always_balance(steps: list[tuple[str, int, int]]) -> None:
    """After any history of grants, freezes, deductions and releases, balance and ledger agree (R24)."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        user = User(
            id="u", username="u", email="u@podi.example", password_hash="", role="user", total_points=0, frozen_points=0
        )
        session.add(user)
        session.flush()
        for index, (step, task, points) in enumerate(steps):
            at = BEGIN + timedelta(seconds=index)
            match step:
                case "grant":
                    wallet.grant(session, user, points, "grant", at)
                case "freeze":
                    if session.get(Hold, f"t{task}") is None and user.total_points >= points:
                        wallet.freeze(session, user, f"t{task}", points, "task", at)
                case _:
                    wallet.settle(session, f"t{task}", deduct=step == "deduct", description="task", at=at)
            assert books(session, user) == (user.total_points, user.frozen_points)
            assert user.total_points >= 0
        chain = session.scalars(select(LedgerEntry).order_by(LedgerEntry.number)).all()
        assert [entry.before_balance for entry in chain] == [0, *(entry.after_balance for entry in chain)][: len(chain)]
    engine.dispose()


def test_hold_is_settled_once() -> None:
    """A second end of the same task moves nothing."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        user = User(
            id="u", username="u", email="u@podi.example", password_hash="", role="user", total_points=0, frozen_points=0
        )
        session.add(user)
        session.flush()
        wallet.grant(session, user, 100, "grant", BEGIN)
        wallet.freeze(session, user, "t", 60, "task", BEGIN)
        with pytest.raises(wallet.InsufficientPoints):
            wallet.freeze(session, user, "t2", 41, "task", BEGIN)
        assert wallet.settle(session, "t", deduct=False, description="task", at=BEGIN) is user
        assert wallet.settle(session, "t", deduct=True, description="task", at=BEGIN) is None
        assert (user.total_points, user.frozen_points) == (100, 0)
    engine.dispose()
