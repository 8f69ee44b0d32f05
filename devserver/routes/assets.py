"""Result pictures. Without a token, because ``<img>`` cannot send one; the names cannot be guessed."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from devserver.simulator.drawing import png
from devserver.site import FOREVER

router = APIRouter(prefix="/api/assets")


@router.get("/{name}")
@router.head("/{name}")
async def asset(name: str) -> Response:
    """A picture, the same for ever under its name."""
    picture = await asyncio.to_thread(png, name)
    if picture is None:
        raise HTTPException(404, "ASSET_NOT_FOUND")
    return Response(picture, media_type="image/png", headers={"Cache-Control": FOREVER})
