"""Pydantic models of the backend's answers and frames: text in, core values out.

The only room that knows the backend's field names. It is liberal in what it accepts: both styles of names, naive and
zoned times, optional fields that are absent or of the wrong type.
"""
