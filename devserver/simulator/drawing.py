"""Result pictures, drawn from their name.

``<motif>-<16 hex digits>.png`` always gives the same picture, so nothing has to be stored and a restart loses none.
Drawing takes some tens of milliseconds: call it off the event loop.
"""

from __future__ import annotations

import colorsys
import io
import math
import re
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = 512
NAME = re.compile(r"(?P<motif>print|tile|poster)-(?P<seed>[0-9a-f]{16})\.png")

Colour = tuple[int, int, int]


def address(motif: str, seed: str) -> str:
    """Where the picture is served."""
    return f"/api/assets/{motif}-{seed}.png"


def _palette(random: Random) -> list[Colour]:
    """A pale ground and five colours that go with it."""
    hue = random.random()
    hues = [hue, hue + 0.04, hue + 0.46, hue + 0.54, hue + 0.12]
    tones = [colorsys.hls_to_rgb(h % 1, random.uniform(0.38, 0.66), random.uniform(0.4, 0.72)) for h in hues]
    ground = colorsys.hls_to_rgb((hue + 0.08) % 1, 0.93, 0.4)
    return [(round(r * 255), round(g * 255), round(b * 255)) for r, g, b in (ground, *tones)]


def _flower(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, colours: list[Colour], random: Random
) -> None:
    x, y = at
    petals = random.choice((5, 6, 8))
    turn = random.uniform(0, math.tau)
    petal, heart = random.sample(colours[1:], 2)
    reach = radius * 0.62
    for index in range(petals):
        angle = turn + index * math.tau / petals
        px, py = x + math.cos(angle) * reach, y + math.sin(angle) * reach
        size = radius * 0.48
        draw.ellipse((px - size, py - size, px + size, py + size), fill=petal)
    core = radius * 0.34
    draw.ellipse((x - core, y - core, x + core, y + core), fill=heart)


def _print(draw: ImageDraw.ImageDraw, side: int, colours: list[Colour], random: Random) -> None:
    """Scattered flowers and leaves: an extracted textile print."""
    for _ in range(26):
        x, y, length = random.uniform(0, side), random.uniform(0, side), random.uniform(0.05, 0.13) * side
        angle = random.uniform(0, math.tau)
        tip = (x + math.cos(angle) * length, y + math.sin(angle) * length)
        draw.line((x, y, *tip), fill=random.choice(colours[3:]), width=max(2, side // 90))
    for _ in range(16):
        at = (random.uniform(0, side), random.uniform(0, side))
        _flower(draw, at, random.uniform(0.05, 0.12) * side, colours, random)


def _tile(draw: ImageDraw.ImageDraw, side: int, colours: list[Colour], random: Random) -> None:
    """One motif repeated without a seam."""
    repeats = random.choice((3, 4))
    step = side / repeats
    state = random.getrandbits(64)
    for row in range(repeats + 1):
        for column in range(-1, repeats + 1):
            centre = ((column + 0.5 + (row % 2) / 2) * step, (row + 0.25) * step)
            _flower(draw, centre, step * 0.3, colours, Random(state))
            x, y = centre[0] + step / 2, centre[1]
            dot = step * 0.06
            draw.ellipse((x - dot, y - dot, x + dot, y + dot), fill=colours[1 + row % 5])


def _poster(draw: ImageDraw.ImageDraw, side: int, colours: list[Colour], random: Random) -> None:
    """Hills under a sun: something a text-to-image service might answer."""
    x, y, radius = (
        random.uniform(0.25, 0.75) * side,
        random.uniform(0.18, 0.35) * side,
        random.uniform(0.08, 0.14) * side,
    )
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[2])
    for layer in range(1, 6):
        height = side * (0.34 + 0.12 * layer)
        phase, wave = random.uniform(0, math.tau), random.uniform(1.2, 3.2)
        ridge = [
            (px, height + math.sin(phase + px / side * wave * math.tau / 2) * side * 0.07)
            for px in range(0, side + 8, 8)
        ]
        mix = layer / 5
        fill = tuple(round(a * (1 - mix) + b * mix) for a, b in zip(colours[0], colours[3], strict=True))
        draw.polygon([(0, side), *ridge, (side, side)], fill=fill)


MOTIFS = {"print": _print, "tile": _tile, "poster": _poster}


@lru_cache(maxsize=64)
def png(name: str) -> bytes | None:
    """The picture of that name, or ``None`` if it is not the name of one."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    random = Random(match["seed"])
    colours = _palette(random)
    # Drawn at twice the size and scaled down, which is what makes edges smooth.
    image = Image.new("RGB", (SIZE * 2, SIZE * 2), colours[0])
    MOTIFS[match["motif"]](ImageDraw.Draw(image), SIZE * 2, colours, random)
    image = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).filter(ImageFilter.SMOOTH)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()
