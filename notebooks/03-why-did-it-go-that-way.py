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
# made somebody stand down. We pick a run in which the United States strikes many sites at once, and ask what led to
# it and what followed.
#
# The causes below are causes by the rules of the file. They are the model's history, not the world's.

# %% tags=["parameters"]
import os

import sim
from sim.reading.telling import Telling
from sim.reading.trace import trace

RUNS = int(os.environ.get("BRINKLINE_RUNS", "100"))

# %%
scenario = sim.load("erbil-2024")
ensemble = sim.run(scenario, runs=RUNS, seed=1)

# %% [markdown]
# ## Pick a run
#
# The times at which the outcome came true, in days after the start. We take the run in the middle.

# %%
struck = ensemble.runs.set_index("run")["outcome.us-strike-campaign"].dropna().sort_values()
run = int(struck.index[len(struck) // 2])
print(f"true in {len(struck)} of {RUNS} runs; in run {run} on day {struck[run]:.1f}")

# %%
ensemble.plot("swimlanes", run=run)

# %% [markdown]
# ## Find the event
#
# Each event has a number within its run, and knows the number of the event that caused it. −1: it came by itself.

# %%
events = ensemble.events.query("run == @run").set_index("event")
strikes = events.query("actor == 'us' and rung >= 9 and t >= 0")
strikes[["time", "action", "target", "place", "deaths", "cause", "origin"]]

# %% [markdown]
# ## What led to it, and what followed
#
# `trace` plays the run again, the very same, and remembers everything.

# %%
chronicle = trace(scenario, seed=1, run=run)
number = int(strikes.index[0])
print(chronicle.text(Telling(event=number, effects=True)))

# %% [markdown]
# ## Who thought of answering, and did not?
#
# The three days after it, with the rules that matched and did not answer. Most of what an actor could do it does
# not do.

# %%
HOUR_MS = 60 * 60 * 1000
begin = int(strikes["t"].iloc[0] * 24 * HOUR_MS)
print(chronicle.text(Telling(from_ms=begin, to_ms=begin + 72 * HOUR_MS, min_rung=7, considered=True)))

# %% [markdown]
# ## The whole run
#
# Only its graver deeds, and without the reasons.

# %%
print(chronicle.text(Telling(min_rung=8, reasons=False)))

# %% [markdown]
# One run is one run. Read several before you believe a story, and look up in the ensemble how often it is told.

RUNS = int(os.environ.get("BRINKLINE_RUNS", "100"))

# %%
