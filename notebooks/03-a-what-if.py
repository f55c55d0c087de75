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
# # A what-if, step by step
#
# A variant changes a few things in a scenario and leaves the dice of everything else alone. Run 7 of the variant is
# run 7 of the base, save where the change reaches. So we subtract run from run, and most of the chance cancels.
#
# The question: what if the United States answered less?

# %% tags=["parameters"]
import os

import pandas as pd

import sim
from sim.figures import differences
from sim.reading.parting import parting
from sim.studies.compare import compare
from sim.studies.compare.words import difference_text, level_text, verdict_text

pd.set_option("display.max_colwidth", None)
RUNS = int(os.environ.get("BRINKLINE_RUNS", "1000"))
VARIANT = "us-holds-back"

# %% [markdown]
# ## 1. Write down what you expect
#
# Before anything is played. Fewer dead, or more? Which outcome moves most? Whoever looks first will find reasons for
# whatever comes out.
#
# ## 2. Say exactly what is changed

# %%
base = sim.load("erbil-2024")
changed = sim.load("erbil-2024", variants=(VARIANT,))
print(base.description.variants[VARIANT].name)
print(base.description.variants[VARIANT].note)

# %% [markdown]
# ## 3. Play both under the same luck

# %%
before = sim.run(base, runs=RUNS, seed=1)
after = sim.run(changed, runs=RUNS, seed=1)
comparison = compare("as it is", before, {VARIANT: after})
contrast = comparison.contrast(VARIANT)
pd.DataFrame([{"what": one.path, "before": one.before, "after": one.after} for one in contrast.changes])

# %% [markdown]
# ## 4. Are they the same worlds?
#
# Up to the first event that the change touches, they are. A run that the change never touches is the same to its end.

# %%
print(f"{contrast.changed} of {len(comparison)} runs differ at all")
print(parting(("as it is", base), (VARIANT, changed), seed=1, run=contrast.first_changed[0]).text())

# %% [markdown]
# ## 5. What it makes of each outcome
#
# For each outcome, every run has 1 or 0 in the base and 1 or 0 in the variant. Their difference is −1, 0 or 1. The mean
# of the differences is the change of the share. Many differences are told at once, so each interval is drawn wider than
# alone: all of them together hold in 95 cases of 100.

# %%
differences.draw(comparison)

# %%
pd.DataFrame(
    [
        {
            "outcome": effect.measure.name,
            "as it is": level_text(effect, other=False),
            "answering less": level_text(effect, other=True),
            "points": difference_text(effect),
            "told apart": verdict_text(effect),
        }
        for effect in contrast.of("chance")
    ]
)

# %% [markdown]
# Where it is not clear, the table says about how many runs would tell. It does not say that the change does nothing,
# and such outcomes are not ranked.
#
# ## 6. What pairing was worth
#
# The standard error of each difference, as a share of what it would be with other dice for the variant. At one half,
# other dice would take four times as many runs; at 0.1, a hundred times. It is near one where the change itself moves
# most runs.

# %%
ratios = pd.Series({effect.measure.name: effect.paired.ratio for effect in contrast.of("chance")}, name="ratio")
ratios.dropna().round(1).sort_values(ascending=False).to_frame()

# %% [markdown]
# ## 7. Deaths

# %%
effect = contrast.effect("deaths")
print(f"{level_text(effect, other=False)} a run as it is, {level_text(effect, other=True)} in the variant")
print(f"difference {difference_text(effect)}, {verdict_text(effect)}")
print(f"more in {effect.paired.more} runs, fewer in {effect.paired.fewer}, of {len(comparison)}")

# %% [markdown]
# ## 8. What the table cannot say
#
# Whether the others would really go on as before if the United States answered less. In this model they do not notice.
# A government would not hold back for nothing, and those who fire at it would ask what changed. That is the first thing
# to ask of any what-if: who else would have known, and what would they have done about it? If you can say, put it into
# the variant and play it again.
#
# In a terminal: `brinkline compare erbil-2024 --variant us-holds-back`.
