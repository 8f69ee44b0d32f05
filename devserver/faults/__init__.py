"""The fault switches: what a network, a proxy or a backend can do to the page, done on command.

Only with ``--faults``, and then only on loopback; without it nothing here is imported. ``/__faults__/`` arms them
(docs/faults.md). ``wire`` reaches the connection below ASGI, ``middleware`` finds the occasion, and each fault is one
class that knows what to do with it. Refuses to decide anything about the page: it only breaks things and shows the
truth.
"""
