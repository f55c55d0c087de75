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
# # Reading an ensemble
#
# An ensemble answers one question: in what share of the runs? This notebook asks how sure that share is, what it hides,
# and how to get from a share to a story. The scenario is Erbil in January 2024.
#
# All of it is said of the model. What the model leaves out no interval shows.

# %% tags=["parameters"]
import os

import pandas as pd

import sim
from sim.reading.telling import Telling
from sim.reading.trace import trace

pd.set_option("display.max_colwidth", None)
RUNS = int(os.environ.get("BRINKLINE_RUNS", "400"))

# %%
scenario = sim.load("erbil-2024")
ensemble = sim.run(scenario, runs=RUNS, seed=1)
print(ensemble.manifest["title"])
print(f"{len(ensemble)} runs of {ensemble.horizon_days:.0f} days from {ensemble.start:%d %B %Y}")

# %% [markdown]
# ## Two kinds of not knowing
#
# A share comes from finitely many runs: another seed would give another one. That is the Monte Carlo interval, and
# more runs shorten it. The uncertain parameters are another matter. They are drawn anew for each run, so the share is a
# mean over all that we hold possible. How far the parameters move it no number of runs makes smaller; only finding
# something out does.

# %%
ensemble.plot("outcome-probabilities")

# %%
rows = [
    {
        "outcome": outcome["name"],
        "share of runs": outcome["text"],
        "Monte Carlo interval": "{:.0%} to {:.0%}".format(*outcome["interval"]),
        "parameters move it": "{:.0%} to {:.0%}".format(*outcome["parameters"]["range"])
        if outcome["parameters"]["clear"]
        else "not clearly",
        "in words": outcome["words"],
    }
    for outcome in sorted(ensemble.summary["outcomes"].values(), key=lambda outcome: -outcome["probability"])
]
pd.DataFrame(rows)

# %% [markdown]
# Four times as many runs halve the Monte Carlo interval. Below: the first quarter of the runs, and all of them.

# %%
quarter = sim.run(scenario, runs=max(RUNS // 4, 2), seed=1)
pd.DataFrame(
    [
        {
            "outcome": ensemble.summary["outcomes"][key]["name"],
            f"{len(quarter)} runs": "{:.0%} to {:.0%}".format(*quarter.summary["outcomes"][key]["interval"]),
            f"{len(ensemble)} runs": "{:.0%} to {:.0%}".format(*ensemble.summary["outcomes"][key]["interval"]),
        }
        for key in list(ensemble.summary["outcomes"])[:6]
    ]
)

# %% [markdown]
# ## How high, and when
#
# Bands are not paths. Half of the runs stand within the dark band on each date, but no run follows its edge: the thin
# lines show how single runs jump.

# %%
ensemble.plot("level-fan")

# %% [markdown]
# A share at the end says nothing of when. Each line below climbs to its share.

# %%
ensemble.plot("cumulative-incidence")

# %% [markdown]
# ## What a mean hides
#
# Most runs have few dead and a few have very many. The mean is none of them.

# %%
deaths = ensemble.runs["deaths"]
print(f"mean {deaths.mean():.0f}, median {deaths.median():.0f}")
print(f"nine runs in ten from {deaths.quantile(0.05):.0f} to {deaths.quantile(0.95):.0f}, the worst {deaths.max():.0f}")

# %%
ensemble.plot("deaths")

# %% [markdown]
# ## Who against whom

# %%
ensemble.plot("who-against-whom")

# %% [markdown]
# ## From a share to a story
#
# An ensemble says how often. A run says how: which deed answered which, what was drawn, what would have made somebody
# stand down. We look at the runs in which the United States strikes many sites at once, and take the one in the middle
# by date, not the one that makes the best story.

# %%
struck = ensemble.runs.set_index("run")["outcome.us-strike-campaign"].dropna().sort_values()
run = int(struck.index[len(struck) // 2])
print(f"true in {len(struck)} of {RUNS} runs; in run {run} on day {struck[run]:.1f}")

# %%
ensemble.plot("swimlanes", run=run)

# %% [markdown]
# `trace` plays that run again, the very same, and remembers everything. Told below: what led to the strike, the strike,
# and what followed from it.

# %%
events = ensemble.events.query("run == @run").set_index("event")
number = int(events.query("actor == 'us' and rung >= 9 and t >= 0").index[0])
chronicle = trace(scenario, seed=1, run=run)
print(chronicle.text(Telling(event=number, effects=True)))

# %% [markdown]
# Who thought of answering, and did not? Most of what an actor could do it does not do. Below are the twelve hours after
# the strike, with the rules that matched and came to nothing.

# %%
HOUR_MS = 60 * 60 * 1000
begin = int(events["t"][number] * 24 * HOUR_MS)
print(chronicle.text(Telling(from_ms=begin, to_ms=begin + 12 * HOUR_MS, min_rung=6, considered=True)))

# %% [markdown]
# ## Before you quote a number
#
# 1. Say the number of runs and the interval, and say "in the model".
# 2. Say how far the parameters move it. If that is a wide range, the middle of it is not a finding.
# 3. Look up what it rests on: `brinkline sources erbil-2024`.
# 4. Read several runs in which it came true, and several in which it did not.
# 5. Do not rank two outcomes whose intervals overlap.
