"""One controller per route: it subscribes to the bus, gets markup and values from a view, and gives both to a surface.

Placed by what people come for, like the views (docs/decisions/pages-by-purpose.md). No markup and no rule lives here.
"""
