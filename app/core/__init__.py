"""The rules, as pure machines: an input and the time go in, what should be done comes out.

Nothing here sleeps, reads a clock, touches the network or imports anything but the standard library.
"""
