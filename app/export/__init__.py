"""Exports that run in a worker, on plain urllib, where a synchronous request freezes nobody."""
