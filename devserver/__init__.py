"""The host: serves the page, and either the embedded backend or a proxy to a real one.

Started as ``python -m devserver``. It is a development server with a complete backend behind it, meant for one machine;
it never imports ``app/`` and the built site does not contain it.
"""

__version__ = "0.1.0"
