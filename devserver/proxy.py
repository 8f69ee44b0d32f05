"""Forwarding to a real backend."""

from __future__ import annotations

from fastapi import FastAPI


class Proxy:
    def __init__(self, backend: str) -> None:
        self.backend = backend

    def mount(self, app: FastAPI) -> None: ...

    def start(self) -> None: ...

    async def stop_work(self) -> None: ...

    async def close(self) -> None: ...
