"""The simulator: does the work that the embedded backend accepts, as a real installation would, without doing any.

Executors take jobs one after the other or a few at once, jobs take their time, some fail and say why, results are
pictures. It knows nothing of HTTP or of tokens.
"""
