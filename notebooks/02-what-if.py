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
# # What if?
#
# A variant changes a few things in a scenario and leaves the dice of everything else alone. Run 7 of the variant
# is run 7 of the base, save where the change reaches. So we subtract run from run, and most of the chance cancels.
#
# Here: what if the United States answered less?

# %% tags=["parameters"]
import os

import pandas as pd

import sim

RUNS = int(os.environ.get("BRINKLINE_RUNS", "300"))
VARIANT = "us-holds-back"

# %%
scenario = sim.load("erbil-2024")
print(scenario.description.variants[VARIANT].name)
print(scenario.description.variants[VARIANT].note)

base = sim.run(scenario, runs=RUNS, seed=1)
variant = sim.run(sim.load("erbil-2024", variants=(VARIANT,)), runs=RUNS, seed=1)

# %% [markdown]
# ## Are they the same runs?
#
# Every event has a key, made from its ancestry. An event of the base that has the same key and the same time in the
# variant is the same event. Those that the change does not reach stay as they were; the others part from the day on
# which it first reaches them.

# %%
SAME = ["run", "key", "t", "actor", "action", "target", "place", "deaths"]
after_start = base.events.query("t >= 0")
compared = after_start.merge(variant.events[SAME], on=SAME, how="left", indicator=True)
parted = compared.query("_merge == 'left_only'").groupby("run")["t"].min()
print(f"{(compared['_merge'] == 'both').mean():.0%} of the base's events happen in the variant too, at the same moment")
print(f"{RUNS - len(parted)} of {RUNS} runs lose none; half of the others lose one by day {parted.median():.1f}")

# %% [markdown]
# ## What it makes of each outcome
#
# For each outcome and run we have 1 or 0 in the base and 1 or 0 in the variant. Their difference is −1, 0 or 1. The
# mean of the differences is the change of the probability. Its standard error comes from how much the
# differences scatter, and 1.96 of it on either side make the 95 % interval.
#
# The last column says how much wider the interval would be had we used other dice for the variant.

# %%
outcomes = [column for column in base.runs.columns if column.startswith("outcome.")]
rows = []
for outcome in outcomes:
    before = base.runs[outcome].notna().astype(float)
    after = variant.runs[outcome].notna().astype(float)
    difference = after - before
    error = difference.std() / RUNS**0.5
    unpaired = (before.var() / RUNS + after.var() / RUNS) ** 0.5
    rows.append(
        {
            "outcome": outcome.removeprefix("outcome."),
            "base": before.mean(),
            "variant": after.mean(),
            "difference": difference.mean(),
            "from": difference.mean() - 1.96 * error,
            "to": difference.mean() + 1.96 * error,
            "unpaired is wider by": unpaired / error if error else float("nan"),
        }
    )
table = pd.DataFrame(rows).set_index("outcome").sort_values("difference")
table.style.format("{:.1%}", subset=["base", "variant", "difference", "from", "to"]).format(
    "{:.2f}", subset=["unpaired is wider by"]
)

# %% [markdown]
# An interval that holds zero says: with this many runs the variant makes no difference that can be told from chance.
# It does not say that it makes none. Among so many outcomes one or so lies outside by luck.
#
# ## Deaths
#
# The same, for a number instead of a yes or no.

# %%
difference = variant.runs["deaths"] - base.runs["deaths"]
error = 1.96 * difference.std() / RUNS**0.5
low, high = difference.mean() - error, difference.mean() + error
print(f"{difference.mean():+.1f} deaths a run, 95 % interval {low:+.1f} to {high:+.1f}")
print(f"fewer in {(difference < 0).mean():.0%} of the runs, more in {(difference > 0).mean():.0%}")

# %% [markdown]
# What the table cannot say: whether the others would really go on as before if the United States answered less.
# In this model they do not notice. That is the first thing to ask of any what-if.

RUNS = int(os.environ.get("BRINKLINE_RUNS", "300"))
VARIANT = "us-holds-back"

# %%
