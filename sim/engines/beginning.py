"""How a run begins: the variables as the scenario gives them, and what changes for them at t = 0."""

from __future__ import annotations

from sim.engines.closures import Function, Trouble, finite
from sim.engines.world import World, half_life_rate
from sim.model.tables import NO_PROGRAM


def set_variables(world: World, functions: list[Function]) -> None:
    """Initial values, half-lives and baselines in a run with the world's parameters.

    Until t = 0 every cell moves towards its initial value, so that this is its value at t = 0 had nothing
    happened before.
    """
    tables = world.tables

    def value(program: int) -> float:
        return finite(tables, program, functions[program])(world)

    def decay(program: int) -> float:
        half_life = value(program)
        if not half_life > 0.0:
            raise Trouble(tables.spots[program], f"a half-life of {half_life:g} days")
        return half_life_rate(half_life)

    initial = {program: value(program) for program in dict.fromkeys(tables.cells)}
    for variable in tables.variables:
        for cell in tables.cells_of(variable):
            world.values.append(min(max(initial[tables.cells[cell]], variable.low), variable.high))
        world.baselines.append(min(max(value(variable.baseline), variable.low), variable.high))
        world.decays.append(0.0 if variable.half_life == NO_PROGRAM else decay(variable.half_life))
    world.bases = list(world.values)
    world.touched = [world.now] * len(world.values)


def start_clock(world: World) -> None:
    """t = 0: what history left is written down, and from now on values move to their baselines."""
    tables = world.tables
    for cell, variable in world.moved.items():
        world.values[cell] = world.read(variable, cell)
    world.touched = [0] * len(world.values)
    for number, table in enumerate(tables.variables):
        for cell in tables.cells_of(table):
            if cell not in tables.own:
                world.bases[cell] = world.baselines[number]
            if world.values[cell] != world.bases[cell]:
                world.moved.setdefault(cell, number)
