"""One controller per route: it listens to the bus, asks a view what to show and gives that to a surface.

No markup and no rule lives here.
"""
