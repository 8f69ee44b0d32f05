"""Owners of what runs later: one alarm for a machine's deadline, and the coroutines a part has under way."""
