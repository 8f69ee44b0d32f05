"""Markup and values for what people see: (state) in, text out. No rule lives here, and no text literal."""
