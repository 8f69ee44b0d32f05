"""Where a picture stands in the window it is looked at through: how large, and how far it is moved (R40).

All lengths are in pixels of the screen; a picture is at 100 % where one of its pixels is one of these. Refuses to know
who moves it. docs/decisions/viewer.md says why.
"""

from dataclasses import dataclass, replace

LARGEST = 8.0
"""Beyond this, single pixels fill the window."""
STEP = 1.25
"""What one press of a key or turn of the wheel changes the size by."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """A picture of ``width`` by ``height`` in a window of ``room_width`` by ``room_height``.

    ``scale`` is its size, ``x`` and ``y`` where its corner stands in the window.
    """

    width: float
    height: float
    room_width: float
    room_height: float
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def fitting(self) -> float:
        """The scale at which all of it is in view, never larger than it is."""
        if self.width <= 0 or self.height <= 0:
            return 1.0
        return min(1.0, self.room_width / self.width, self.room_height / self.height)

    @property
    def fits(self) -> bool:
        """Whether all of it is in view."""
        return self.scale <= self.fitting * 1.001

    def fit(self) -> "Zoom":
        """Show all of it, in the middle."""
        return replace(self, scale=self.fitting)._kept()

    def full(self) -> "Zoom":
        """Show it at 100 %, the middle of the window staying where it is."""
        return self.to(1.0, self.room_width / 2, self.room_height / 2)

    def to(self, scale: float, x: float, y: float) -> "Zoom":
        """Show it at a scale; what is under the point ``x``, ``y`` of the window stays there if the bounds allow."""
        scale = max(self.fitting, min(LARGEST, scale))
        ratio = scale / self.scale if self.scale else 1.0
        moved = replace(self, scale=scale, x=x - (x - self.x) * ratio, y=y - (y - self.y) * ratio)
        return moved._kept()

    def by(self, factor: float, x: float | None = None, y: float | None = None) -> "Zoom":
        """Show it larger or smaller by a factor, around a point, or the middle of the window."""
        point_x = self.room_width / 2 if x is None else x
        point_y = self.room_height / 2 if y is None else y
        return self.to(self.scale * factor, point_x, point_y)

    def moved(self, by_x: float, by_y: float) -> "Zoom":
        """Move it, as far as it reaches beyond the window."""
        return replace(self, x=self.x + by_x, y=self.y + by_y)._kept()

    def in_room(self, room_width: float, room_height: float) -> "Zoom":
        """Take another size of the window; what was fitted still is, and nothing is smaller than fitted."""
        resized = replace(self, room_width=room_width, room_height=room_height)
        return resized.fit() if self.fits or resized.fits else resized._kept()

    def _kept(self) -> "Zoom":
        """Keep it within the window: no edge further in than the window's, and in the middle where it is smaller."""
        return replace(
            self,
            x=_within(self.x, self.width * self.scale, self.room_width),
            y=_within(self.y, self.height * self.scale, self.room_height),
        )


def _within(at: float, size: float, room: float) -> float:
    if size <= room:
        return (room - size) / 2
    return min(0.0, max(room - size, at))
