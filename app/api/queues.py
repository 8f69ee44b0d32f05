"""One executor's queue, of which only late pages have need."""

from urllib.parse import urlencode

from app.api.client import Api
from app.core.estimate import QueuePlaces
from app.wire.queue_places import read_queue_places


async def queue_places(api: Api, executor_id: str) -> QueuePlaces:
    """Return which prompts run and wait on an executor; for admins."""
    query = urlencode({"executorId": executor_id})
    return await api.get("/api/admin/comfyui/queue-status", f"?{query}", read_queue_places)
