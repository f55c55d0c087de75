"""The engines against exact mathematics: small scenarios whose answers are known, played and compared.

Each case is a module with a function ``checks(play)``: it plays scenarios of the folder ``scenarios`` and returns
checks, each with the exact value, the simulated one, and the probability of being so far off by chance. ``suite.py``
holds them all against one stated probability of a false alarm.
"""
