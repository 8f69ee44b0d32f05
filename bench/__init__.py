"""Measurements of the page beside the same monitor in React, and of what many pages do to a backend."""
