"""The host in front of a real backend: the page from here, everything below ``/api`` and the socket from there.

``addresses`` is the only module that builds a backend's address, ``headers`` the only one that says what is passed on.
"""
