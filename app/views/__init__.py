"""Markup and values for what people see: state in, text out (docs/decisions/ui-surface.md).

Placed like ``app.pages`` (docs/decisions/pages-by-purpose.md); what several views share is at the top. No rule lives
here, and no sentence: those are in the catalogues (``static/messages``).
"""
