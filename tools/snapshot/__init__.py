"""Makes the memory snapshot that the page boots from: README.md explains the order, docs/boot.md how it works.

``restore`` is in the memory itself, and this package with it, so nothing may be imported here.
"""
