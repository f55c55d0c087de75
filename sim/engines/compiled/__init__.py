"""The compiled engine: a Numba kernel that reads the same tables as the readable engine and plays the same runs.

It needs no compilation for a scenario: a scenario is data to it. Whoever wants to know what a run means reads
:mod:`sim.engines.simpy_engine`; whatever is written there in words holds here.

The way of the data: `layout` says what the arrays hold, `flatten` makes them of tables, `engine` hands them to the
kernel. The kernel, from the inside out: `draws` (chance), `questions` (who-fields, the log), `expressions` (the
machine), `beginning`, `deeds`, `knowledge`, `outcomes`, `agenda` (what is due), `events` (one event), `play` (a run).
"""
