"""A module that the page's Python is given as a file."""

from pydantic import BaseModel


class Shape(BaseModel):
    """Something with sides."""

    sides: int
