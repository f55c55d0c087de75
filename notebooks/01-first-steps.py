# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # First steps
#
# A scenario is a text file: who the actors are, what they can do, how each answers the others. The simulator plays it
# out. Once gives a story; many times gives shares. It is a model to think with, never a forecast to act on.
#
# We take the smallest scenario that comes with the package. It begins on the evening of 27 December 2019, when rockets
# killed an American at a base in Iraq, and knows nothing of what came after.

# %% tags=["parameters"]
import os

import pandas as pd

import sim
from sim.reading.telling import Telling
from sim.reading.trace import trace

pd.set_option("display.max_colwidth", None)
RUNS = int(os.environ.get("BRINKLINE_RUNS", "1000"))

# %% [markdown]
# ## What is in it
#
# `sim.load` reads the file, checks it, and complains of everything that is wrong at once. In a terminal,
# `brinkline describe soleimani-2020` tells all of it in words.

# %%
scenario = sim.load("soleimani-2020")
crisis = scenario.description
print(crisis.title)
print(crisis.description)
pd.DataFrame([{"actor": actor.name, "kind": actor.kind, "note": actor.note} for actor in crisis.actors.values()])

# %% [markdown]
# Deeds stand on a ladder. Zero is an ordinary day; three steps are harder to take than the others: from 5 to 6 (first
# blood), from 7 to 8 (a state strikes under its own name), from 9 to 10 (weeks of strikes). The level of a crisis is
# the highest step of the last seven days.

# %%
pd.DataFrame([{"rung": one.rung, "name": one.name} for one in reversed(crisis.ladder)])

# %% [markdown]
# A rule says how an actor answers. When an event matches, and if a condition holds, then with some chance the actor
# does something, after a while. Here is one as it stands in the file. The chances are named parameters, since nobody
# knows them: `p_strike` is drawn anew for each run, from a range.

# %%
for key, value in scenario.root.at(("rules", "us-answers-a-death")).plain().items():
    print(f"{key:6} {value}")
print()
for key in ("value", "range", "note", "source"):
    print(f"p_strike {key:6} {scenario.root.at(('parameters', 'p_strike')).plain()[key]}")

# %% [markdown]
# ## One run
#
# Run 3 under seed 1. Chance is in it, and yet it is the same story on every machine: each die is thrown by the seed,
# the run's number and the event that it is thrown for.

# %%
print(trace(scenario, seed=1, run=3).text(Telling(min_rung=3, reasons=False)))

# %% [markdown]
# Why did it happen? Each event knows what it answers, which rule made it, and what was drawn.

# %%
print(trace(scenario, seed=1, run=3).text(Telling(event=4)))

# %% [markdown]
# ## Many runs
#
# One run is one of very many. An ensemble is the runs of one scenario under one seed.

# %%
ensemble = sim.run(scenario, runs=RUNS, seed=1)
print(f"{len(ensemble)} runs, {len(ensemble.events):,} events, digest {ensemble.manifest['digest'][:16]}")
again = sim.run(scenario, runs=RUNS, seed=1)
print("the same again:", again.manifest["digest"] == ensemble.manifest["digest"])

# %% [markdown]
# How high does the crisis stand? A column is a date, a row is a step of the ladder. The darker a cell, the more runs
# stand there.

# %%
ensemble.plot("ladder-heatmap")

# %% [markdown]
# What happens, and how often? Each outcome is true of a run or not. Its share of the runs has a Monte Carlo interval,
# which more runs make shorter.

# %%
outcomes = sorted(ensemble.summary["outcomes"].values(), key=lambda outcome: -outcome["probability"])
pd.DataFrame(
    [
        {
            "outcome": outcome["name"],
            "share of runs": outcome["text"],
            "95 % interval": "{:.1%} to {:.1%}".format(*outcome["interval"]),
            "in words": outcome["words"],
        }
        for outcome in outcomes
    ]
)

# %% [markdown]
# Everything comes from three tables: a row a run, a row an event, a row a run and day. They are ordinary data frames.

# %%
ensemble.events.query("t >= 0")[["run", "time", "actor", "action", "target", "place", "deaths", "cause"]].head(8)

# %% [markdown]
# ## Where to go on
#
# | in a terminal | what it does |
# | --- | --- |
# | `brinkline run soleimani-2020` | plays 1,000 runs and writes a page to read |
# | `brinkline trace soleimani-2020 --run 3` | tells one run |
# | `brinkline sources soleimani-2020` | says where each number comes from |
#
# The next notebook reads an ensemble with more care. The fourth builds the scenario of this one from a blank file.
