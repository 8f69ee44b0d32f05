"""The two characters of the embedded backend: as it was first described, and as the product is.

``PLAIN`` pushes everything and explains itself. ``PRODUCT`` behaves like the product's own backend
(docs/decisions/host-simulator.md). Wherever the two differ, the code asks a field of the value that it was given;
nothing asks which of the two it is. What is merely more (routes, fields, ids) both have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Character:
    """How the embedded backend behaves where a backend may behave in more than one way."""

    # The push channel.
    pushed: Mapping[str, frozenset[str]] | None
    """By type of frame, the status words that are pushed; ``None`` for all there are."""
    authenticates_sockets: bool
    """False: whoever connects is let in, no subprotocol is chosen, and everybody is sent everything."""
    answers_pings: bool
    """False: a ping is echoed like any other text."""
    shares_echoes: bool
    """True: an echo goes to every socket, and takes a place among the events that are replayed."""
    broadcast_stops_at_gone: bool
    """True: a socket that has gone is noticed by the next event, which the sockets that joined after it do not get."""

    # Traditional tasks.
    working_word: str
    """The status of a task that is being worked on."""
    restarts_known_ids: bool
    """True: an id that is submitted again starts its row anew. False: the task there is, is answered."""
    shows_input_as_result: bool
    """True: ``resultUrl`` is the input's picture as long as there is no result."""
    blocks_unbound_actions: bool
    """True: an action without a binding is ``blocked``, and only the list says so. False: ``blocked`` is waiting for
    one's turn."""

    # Abilities and their log.
    submit_only: frozenset[str]
    """Abilities whose synchronous call answers ``running``; the log's ``resolve`` fetches what comes of it."""
    lists_inactive_abilities: bool
    """False: only the admin's list has those that are switched off."""
    dispatches_at_once: bool
    """True: an ability task is ``running`` as soon as it is accepted, and waits in its executor's own queue."""
    product_answers: bool
    """True: answers have the product's shape (``ossUrl``, ``null`` for what there is none of)."""
    charges_at_start: bool
    """True: a call costs the same whatever comes of it. False: a failure costs nothing."""
    log_filters: frozenset[str]
    """The parameters by which the log over all abilities can be narrowed; others are ignored."""

    # Accounts and points.
    explains_closed_accounts: bool
    """True: signing in and refreshing say that an account is gone or inactive. False: they only refuse."""
    dates_ledger: bool
    """False: entries of the ledger carry no time."""

    def pushes(self, kind: str, status: str | None) -> bool:
        """Whether a frame of this type that says this status is pushed at all."""
        return self.pushed is None or status in self.pushed.get(kind, ())


PLAIN: Final = Character(
    pushed=None,
    authenticates_sockets=True,
    answers_pings=True,
    shares_echoes=False,
    broadcast_stops_at_gone=False,
    working_word="processing",
    restarts_known_ids=False,
    shows_input_as_result=False,
    blocks_unbound_actions=False,
    submit_only=frozenset(),
    lists_inactive_abilities=True,
    dispatches_at_once=False,
    product_answers=False,
    charges_at_start=False,
    log_filters=frozenset({"abilityId", "provider", "capabilityKey", "executorId", "source", "status"}),
    explains_closed_accounts=False,
    dates_ledger=True,
)

PRODUCT: Final = Character(
    # Dispatch and end are one event for an action that is bound, so no frame says that work has begun.
    pushed={
        "task.status": frozenset({"pending", "blocked", "completed", "failed"}),
        "wallet.points": frozenset({"deducted", "released"}),
    },
    authenticates_sockets=False,
    answers_pings=False,
    shares_echoes=True,
    broadcast_stops_at_gone=True,
    working_word="running",
    restarts_known_ids=True,
    shows_input_as_result=True,
    blocks_unbound_actions=True,
    submit_only=frozenset({"comfyui_sifang_lianxu"}),
    lists_inactive_abilities=False,
    dispatches_at_once=True,
    product_answers=True,
    charges_at_start=True,
    log_filters=frozenset({"abilityId", "provider", "capabilityKey"}),
    explains_closed_accounts=True,
    dates_ledger=False,
)
