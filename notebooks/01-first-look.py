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
# # A first look
#
# We load a scenario, play it 200 times and look at what came out. It is a model to think with, never a
# forecast to act on: what follows are consequences of a file.

# %% tags=["parameters"]
import os

import pandas as pd

import sim

RUNS = int(os.environ.get("BRINKLINE_RUNS", "200"))

# %%
scenario = sim.load("erbil-2024")
print(scenario.description.title)
print(scenario.description.description)

# %% [markdown]
# An ensemble is the runs of one scenario under one seed. The same scenario and seed give the same runs, here
# and on any other machine.

# %%
ensemble = sim.run(scenario, runs=RUNS, seed=1)
pd.Series(ensemble.manifest)

# %% [markdown]
# ## How high does the crisis stand?
#
# A column is a date, a row is a step of the ladder. The darker a cell, the more runs stand at that step.

# %%
ensemble.plot("ladder-heatmap")

# %% [markdown]
# ## What happens, and how often?
#
# Each outcome is true of a run or not. Its share of runs has a Monte Carlo interval, which more runs make
# shorter. How far the uncertain parameters move it is another matter, and more runs do not change that.

# %%
rows = [
    {
        "outcome": outcome["name"],
        "share of runs": outcome["text"],
        "Monte Carlo interval": "{:.1%} to {:.1%}".format(*outcome["interval"]),
        "parameters move it": "{:.0%} to {:.0%}".format(*outcome["parameters"]["range"])
        if outcome["parameters"]["clear"]
        else "not clearly",
        "in words": outcome["words"],
    }
    for outcome in sorted(ensemble.summary["outcomes"].values(), key=lambda outcome: -outcome["probability"])
]
pd.DataFrame(rows)

# %%
ensemble.plot("outcome-probabilities")

# %% [markdown]
# ## The tables
#
# A row a run, a row an event, a row a run and day. Everything above was computed from these three.

# %%
ensemble.runs[["events", "peak_level", "final_level", "deaths", "injured"]].describe()

# %%
ensemble.events.query("t >= 0").groupby(["actor", "action"]).size().sort_values(ascending=False).head(12) / RUNS

# %% [markdown]
# The last table: how many times a run each actor does each thing, on average.

RUNS = int(os.environ.get("BRINKLINE_RUNS", "200"))

# %%
