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

RUNS = int(os.environ.get("BRINKLINE_RUNS", "300"))
VARIANT = "us-holds-back"

# %%
import pandas as pd

import sim

scenario = sim.load("erbil-2024")
print(scenario.description.variants[VARIANT].name)
print(scenario.description.variants[VARIANT].note)

base = sim.run(scenario, runs=RUNS, seed=1)
variant = sim.run(sim.load("erbil-2024", variants=(VARIANT,)), runs=RUNS, seed=1)

# %% [markdown]
# ## Are they the same runs?
#
# They start alike: the first event after the start is the same in nearly every pair. Then they part, each pair at
# its own time, where the change first reaches it.

# %%
KEYS = ["run", "t", "actor", "action", "target", "deaths"]


def first_events(ensemble):
    """The first event after the start of each run."""
    return ensemble.events.query("t >= 0")[KEYS].groupby("run").first()


pairs = first_events(base).join(first_events(variant), lsuffix="_base", rsuffix="_variant")
same = (pairs["t_base"] == pairs["t_variant"]) & (pairs["action_base"] == pairs["action_variant"])
print(f"the first event is the same in {same.mean():.0%} of the runs")

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
# It does not say that it makes none. With seventeen outcomes, about one of them strays outside by luck.
#
# ## Deaths
#
# The same, for a number instead of a yes or no.

# %%
difference = variant.runs["deaths"] - base.runs["deaths"]
error = 1.96 * difference.std() / RUNS**0.5
print(f"{difference.mean():+.1f} deaths a run, 95 % interval {difference.mean() - error:+.1f} to {difference.mean() + error:+.1f}")
print(f"fewer in {(difference < 0).mean():.0%} of the runs, more in {(difference > 0).mean():.0%}")

# %% [markdown]
# What the table cannot say: whether the others would really go on as before if the United States answered less.
# In this model they do not notice. That is the first thing to ask of any what-if.
