"""How an executor is, and its load."""

from app.core.dashboard import Executor
from app.core.queues import QueueServer
from app.views.admin.load import health_text, load_markup
from testkit.plain_formats import plain_texts

T = plain_texts()


def test_the_health_of_an_executor_is_the_servers_word() -> None:
    """R52: its health where it says so, else whether it is switched on; an unknown word as it came."""
    assert "Healthy" == health_text(T, Executor(id="e", status="active", health="healthy"))
    assert "Active" == health_text(T, Executor(id="e", status="active"))
    assert "draining" == health_text(T, Executor(id="e", status="draining"))
    assert "Not reported" == health_text(T, Executor(id="e"))


def test_a_queue_that_nobody_reports_is_a_dash() -> None:
    """R52: also one of which the server says that it cannot be read; no gauge stands for nothing."""
    assert ("—", "—") == (
        load_markup(T, "A", None),
        load_markup(T, "A", QueueServer(executor_id="e", running=0, waiting=0, supported=False)),
    )
