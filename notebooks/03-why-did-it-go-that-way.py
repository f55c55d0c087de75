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
# # Why did it go that way?
#
# An ensemble says how often. A single run says how: which deed answered which, what was drawn, what would have
# made somebody stand down. We pick a run in which an American is killed, and ask what led to it and what followed.
#
# The causes below are causes by the rules of the file. They are the model's history, not the world's.

# %% tags=["parameters"]
import os

RUNS = int(os.environ.get("BRINKLINE_RUNS", "100"))

# %%
import sim
from sim.reading.telling import Telling
from sim.reading.trace import trace

scenario = sim.load("erbil-2024")
ensemble = sim.run(scenario, runs=RUNS, seed=1)

# %% [markdown]
# ## Pick a run
#
# The times at which the outcome came true, in days after the start. We take the run in which it came first.

# %%
died = ensemble.runs.set_index("run")["outcome.us-death"].dropna().sort_values()
run = int(died.index[0])
print(f"true in {len(died)} of {RUNS} runs; in run {run} on day {died.iloc[0]:.1f}")

# %%
ensemble.plot("swimlanes", run=run)

# %% [markdown]
# ## Find the event
#
# Each event has a number within its run, and knows the event that caused it. −1: it came by itself.

# %%
events = ensemble.events.query("run == @run").set_index("event")
fatal = events.query("actor == 'militias' and target == 'us' and t >= 0 and deaths > 0")
fatal[["time", "action", "place", "deaths", "cause", "origin"]]

# %% [markdown]
# ## What led to it, and what followed
#
# `trace` plays the run again, the very same, and remembers everything.

# %%
chronicle = trace(scenario, seed=1, run=run)
number = int(fatal.index[0])
print(chronicle.text(Telling(event=number, effects=True)))

# %% [markdown]
# ## Who thought of answering, and did not?
#
# The days after it, with the rules that matched and did not answer. Most of what an actor could do it does not do.

# %%
at = int(fatal["t"].iloc[0] * 24 * 60 * 60 * 1000)
week = 7 * 24 * 60 * 60 * 1000
print(chronicle.text(Telling(from_ms=at, to_ms=at + week, min_rung=7, considered=True)))

# %% [markdown]
# ## The whole run
#
# Only its graver deeds, and without the reasons.

# %%
print(chronicle.text(Telling(min_rung=8, reasons=False)))

# %% [markdown]
# One run is one run. Read several before you believe a story, and look up in the ensemble how often it is told.
