"""Tables → runs. One module an engine; what one occurrence means is written in :mod:`sim.engines.simpy_engine`."""
