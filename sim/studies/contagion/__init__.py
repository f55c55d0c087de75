"""How many further events an event brings about: the reproduction numbers of a scenario's rules."""
