"""Owners of work that runs later: one timer for a machine's deadline, coroutines, long work in slices."""
