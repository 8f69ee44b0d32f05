"""The tables of the embedded backend.

Plain rows: no rule lives here. Times are naive UTC. Every table that is listed newest first has a ``number`` of its
own, so that order does not depend on the clock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 2


class Base(DeclarativeBase):
    """Common base; maps JSON objects and arrays to JSON columns."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[Any]: JSON}


class User(Base):
    """Someone who signs in, with the three counters of the wallet."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    total_points: Mapped[int] = mapped_column(default=0)
    frozen_points: Mapped[int] = mapped_column(default=0)
    temp_points: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16), default="active")
    """``active``, ``inactive`` or ``gone``: a row whose user is gone stays, because others point at it."""


class RefreshToken(Base):
    """A refresh token that was handed out, known only by its digest."""

    __tablename__ = "refresh_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Task(Base):
    """A traditional job."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_user", "user_id", "number"), Index("ix_tasks_status", "status"))

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(128), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(128))
    channel: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    progress: Mapped[int] = mapped_column(default=0)
    points: Mapped[int]
    attempt: Mapped[int] = mapped_column(default=1)
    """How often the id has been submitted."""
    executor_id: Mapped[str] = mapped_column(String(128))
    workflow_params: Mapped[dict[str, Any]]
    result_url: Mapped[str | None]
    error_message: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class TaskEvent(Base):
    """One thing that happened to a traditional task, for the admin's timeline."""

    __tablename__ = "task_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(String(128))
    event_type: Mapped[str] = mapped_column(String(16))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class AbilityTask(Base):
    """An asynchronous call of one ability."""

    __tablename__ = "ability_tasks"
    __table_args__ = (Index("ix_ability_tasks_user", "user_id", "number"), Index("ix_ability_tasks_status", "status"))

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    ability_id: Mapped[str] = mapped_column(String(64))
    executor_id: Mapped[str] = mapped_column(String(128))
    status: Mapped[str] = mapped_column(String(16))
    points: Mapped[int]
    has_image_data: Mapped[bool] = mapped_column(default=False)
    """The image itself is not kept; what is kept says ``[omitted]``."""
    request_payload: Mapped[dict[str, Any]]
    result_payload: Mapped[dict[str, Any] | None]
    error_message: Mapped[str | None]
    log_id: Mapped[int | None]
    duration_ms: Mapped[int | None]
    callback_url: Mapped[str | None]
    callback_headers: Mapped[dict[str, Any] | None]
    """What the callback is sent with; never shown, since it may hold a secret."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class AbilityLog(Base):
    """One call of an ability, synchronous or not, with its cost and what went over the wire."""

    __tablename__ = "ability_logs"
    __table_args__ = (Index("ix_ability_logs_ability", "ability_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ability_id: Mapped[str] = mapped_column(String(64))
    executor_id: Mapped[str] = mapped_column(String(128))
    source: Mapped[str] = mapped_column(String(32))
    request_id: Mapped[str] = mapped_column(String(32))
    ability_task_id: Mapped[str | None] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16))
    prompt_state: Mapped[str | None] = mapped_column(String(16))
    """Of a call that was only submitted: what its executor says, ``pending``, ``running``, ``success``, ``error``."""
    duration_ms: Mapped[int | None]
    stored_url: Mapped[str | None]
    request_payload: Mapped[dict[str, Any]]
    response_payload: Mapped[dict[str, Any] | None]
    result_assets: Mapped[list[Any] | None]
    error_message: Mapped[str | None]
    callback_status: Mapped[str | None] = mapped_column(String(16))
    callback_http_status: Mapped[int | None]
    callback_payload: Mapped[dict[str, Any] | None]
    callback_response: Mapped[str | None]
    callback_error: Mapped[str | None]
    callback_started_at: Mapped[datetime | None]
    callback_finished_at: Mapped[datetime | None]
    billing_unit: Mapped[str | None] = mapped_column(String(16))
    unit_price: Mapped[float | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    cost_amount: Mapped[float | None]
    created_at: Mapped[datetime]


class Hold(Base):
    """Points set aside for one task until it ends: ``frozen``, then ``deducted`` or ``released``, once."""

    __tablename__ = "holds"

    task_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    points: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))


class LedgerEntry(Base):
    """One change of what a user has available; a chain, each entry beginning where the last ended."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_user", "user_id", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(40), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    points: Mapped[int]
    before_balance: Mapped[int]
    after_balance: Mapped[int]
    task_id: Mapped[str | None] = mapped_column(String(128))
    description: Mapped[str]
    created_at: Mapped[datetime]
