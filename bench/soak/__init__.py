"""A day in the life of a page: mixed load and random faults for hours, simulated or in a browser."""
