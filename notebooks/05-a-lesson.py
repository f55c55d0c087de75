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
# # A war-gaming class in ninety minutes
#
# A lesson plan for a class of 10 to 30, from about sixteen years on or for a first seminar. The class reads a newspaper
# report, finds out what is wrong with it, guesses what may follow, votes on what-ifs, plays them, and asks a model why.
# No programming is needed; this notebook makes the handouts and plays what the class has chosen.
#
# What they should take home: to tell a source from a claim, a share from a forecast, a cause from a sequence, and to
# ask of any model what it cannot tell. People died in what is played here. Say so at the start.
#
# | minutes | what | how | handout |
# | --- | --- | --- | --- |
# | 0–5 | The rules of the hour | teacher | |
# | 5–20 | What does the report say? | groups of three, then all | A, then B |
# | 20–30 | Who would do what? | each group takes an actor | |
# | 30–40 | Guess, then look | alone, then all | C |
# | 40–50 | Which what-if? | speeches of one minute, then a vote | D |
# | 50–60 | What the what-if does | all, at the screen | |
# | 60–75 | Why did it happen? | groups, one run each | E |
# | 75–85 | How far to trust it | all | |
# | 85–90 | One sentence each | alone | |
#
# ## The evening before
#
# 1. Run this notebook once, and print handouts A to E. The numbers below then are those of your class.
# 2. Find two or three newspaper reports of 16 and 17 January 2024 on the strike on Erbil. Copies for all.
# 3. Play the ensemble and read its report yourself:
#
# ```console
# $ brinkline describe erbil-2024
# $ brinkline run erbil-2024 --runs 1000 --out class
# $ brinkline trace erbil-2024 --run 7 --min-rung 7
# ```
#
# 4. Somebody in the room may have family where this happened. Decide beforehand how you will speak of the dead.

# %% tags=["parameters"]
import os

import pandas as pd

import sim
from sim.analysis.wording import probability_text
from sim.figures import differences
from sim.reading.telling import Telling
from sim.reading.trace import trace
from sim.scenario.files import shipped_folder
from sim.scoring import score
from sim.studies.compare import compare
from sim.studies.compare.words import difference_text, level_text, verdict_text

pd.set_option("display.max_colwidth", None)
RUNS = int(os.environ.get("BRINKLINE_RUNS", "1000"))
VOTES = {"us-holds-back": 9, "month-long-truce": 7, "hair-trigger": 5, "nobody-calls": 3, "iran-holds-back": 2}
scenario = sim.load("erbil-2024")
title, start = scenario.description.title, scenario.start
print(f"{title}: {len(scenario.description.actors)} actors, from {start:%d %B %Y}, for sixty days")

# %% [markdown]
# ## 0–5 · The rules of the hour
#
# Say three things. This is a model to think with, never a forecast. We speak of institutions, not of peoples: "Iran" is
# a government in these pages. Whoever does not want to play an actor need not say why.
#
# ## 5–20 · What does the report say?
#
# **Task 1** (eight minutes, groups of three). Handout A: what one report said, item by item. Which items are facts that
# somebody saw, which are claims of a party, which the writer's own reading? Which would you check first, and where?

# %%
article = pd.read_csv(shipped_folder() / "erbil-2024.article.csv", keep_default_na=False)
article.query("kind == 'event' or kind == 'claim'")[["item", "kind", "paragraph", "says"]].head(20)

# %% [markdown]
# **Task 2** (seven minutes, all). Handout B only now: where the report was wrong or unclear, and on what basis one
# knows. Three questions:
#
# - Which mistake would change what you expect to follow? (X13: who had already been striking whom.)
# - Which is a matter of who counts? (X8: six hurt or seventeen.) What does a model do with such a number? It takes a
#   range.
# - Which can only be judged, not checked? (X7.)

# %%
corrections = pd.read_csv(shipped_folder() / "erbil-2024.corrections.csv")
corrections[["item", "article_says", "likely_truth", "basis"]]

# %% [markdown]
# ## 20–30 · Who would do what?
#
# **Task 3** (ten minutes). Each group takes an actor and writes two rules on cards: *when … then, with what chance,
# after how long, unless …*. One of them must calm. Hang the cards up; draw arrows where one card's deed is another's
# "when". Where does a circle close? Is there a way out of it?
#
# Then show how the file says it, one rule of the actor that argued most:

# %%
for key, value in scenario.root.at(("rules", "us-answers-a-death")).plain().items():
    print(f"{key:8} {value}")

# %% [markdown]
# ## 30–40 · Guess, then look
#
# **Task 4** (four minutes, alone, in silence). Handout C: in how many of 100 runs does it come true? Write the numbers
# down before anybody speaks. They are not marked; they are for finding out where you were surprised.

# %%
pd.DataFrame([{"outcome": one.name, "my guess, of 100": ""} for one in scenario.description.outcomes.values()])

# %% [markdown]
# **All**: the shares. The dot is the share of runs; the dark bar is chance, and more runs shorten it; the pale bar is
# what nobody knows about the numbers that went in, and more runs do not help.
#
# - Where was the class's middle guess far off? Say why you guessed so, before you hear why the model does.
# - Take any one share: is it a forecast? Of what could it be one?

# %%
base = sim.run(scenario, runs=RUNS, seed=1)
base.plot("outcome-probabilities")

# %% [markdown]
# ## 40–50 · Which what-if?
#
# **Task 5** (ten minutes). Handout D: some of what can be changed (`brinkline list erbil-2024` has more). Each group
# speaks a minute for one of them and says **before** it is played what it will do to deaths and to one outcome. Then
# the vote. Write the votes into `VOTES` above, and the predictions on the board.
#
# The vote comes before the playing. Whoever looks first will always find that they knew.

# %%
pd.DataFrame(
    [
        {
            "what-if": key,
            "name": scenario.description.variants[key].name,
            "note": scenario.description.variants[key].note,
        }
        for key in sorted(VOTES)
    ]
)

# %% [markdown]
# ## 50–60 · What the what-if does
#
# The two with the most votes, played under the same luck as the base: run 7 is run 7, save where the change reaches.
#
# ```console
# $ brinkline compare erbil-2024 --variant us-holds-back --variant month-long-truce --runs 1000 --out class-what-ifs
# ```

# %%
chosen = sorted(VOTES, key=VOTES.get, reverse=True)[:2]
played = {key: sim.run(sim.load("erbil-2024", variants=(key,)), runs=RUNS, seed=1) for key in chosen}
comparison = compare("as it is", base, played)
differences.draw(comparison)

# %%
pd.DataFrame(
    [
        {
            "what-if": contrast.name,
            "measure": effect.measure.name,
            "as it is": level_text(effect, other=False),
            "what-if played": level_text(effect, other=True),
            "difference": difference_text(effect),
            "told apart": verdict_text(effect),
        }
        for contrast in comparison.contrasts
        for effect in (*contrast.of("chance")[:3], contrast.effect("deaths"))
    ]
)

# %% [markdown]
# - Which prediction on the board held? Which way were the others wrong?
# - Where the table says that it cannot be told apart: what may be said then, and what not?
# - Who in this model ought to have noticed the change and did not?
#
# ## 60–75 · Why did it happen?
#
# **Task 6** (ten minutes, groups). Handout E: one run for each group, all of one kind. Find the gravest deed. Follow
# it back to what it answered, and that to what it answered. Where could it have stopped? `drawn` is the die that was
# thrown: how near was it? Each group gives one sentence: *it came to … because …, and it would not have, if …*
#
# ```console
# $ brinkline trace erbil-2024 --run 3 --min-rung 6
# $ brinkline trace erbil-2024 --run 3 --actor us --considered
# $ brinkline explain class --outcome us-strike-campaign
# ```
#
# `explain` says over all runs what one run cannot: which chains led there most often. Does the group's story stand
# among the first, or was it a rare one?

# %%
struck = base.runs.set_index("run")["outcome.us-strike-campaign"].dropna().index[:8]
print("runs in which it came to strikes on many sites, one for each group:", *struck)
print(trace(scenario, seed=1, run=int(struck[0])).text(Telling(min_rung=8)))

# %% [markdown]
# ## 75–85 · How far to trust it
#
# A model of the same kind was written for an earlier crisis, with nothing in it from later than its first day, and then
# held against what happened. A Brier score of 0 is perfect; always saying one half gives 0.25.

# %%
earlier = sim.run("soleimani-2020", runs=RUNS, seed=1)
result = score(earlier, "soleimani-2020")
print(f"mean Brier score {sum(one.brier for one in result.outcomes) / len(result.outcomes):.2f}")
pd.DataFrame(
    [
        {
            "outcome": one.name,
            "the model said": probability_text(one.count, one.of),
            "happened": "yes" if one.happened else "no",
        }
        for one in result.outcomes
    ]
)

# %% [markdown]
# Worse than a coin. It gave one deed a few chances in a hundred; the deed came, and most of the rest followed from
# it. Ask:
#
# - Is such a model of no use, then? For what is it, for what not?
# - What would you have to add so that it would have been right? Would it be wiser, or only later?
#
# **What the model cannot tell.** Collect on the board; these should be there at the end:
#
# 1. What nobody wrote down as a rule. It has no ideas of its own.
# 2. Why somebody decides. It has chances instead of reasons.
# 3. Whether a number that is only assumed is right. More than a third of them are: `brinkline sources erbil-2024`.
# 4. What it is like. Deaths are a column.
# 5. What one ought to do. A what-if that lowers a share may be wrong for other reasons.
# 6. What happens next. It says what follows from what was put in.
#
# ## 85–90 · One sentence each
#
# *I used to think …, now I think …* or *I would believe this model more if …* Collect the cards; they are the better
# part of your assessment.
#
# ## For the discussion: what tends to come up
#
# | they say | ask back |
# | --- | --- |
# | "So there is a 40 % chance of …" | Of what: of the world, or of the runs? Where would the world's other runs be? |
# | "The computer is objective." | Who chose the actors? Who is missing? Which numbers are assumed? |
# | "They always strike back." | Look at handout E with `--considered`: how often did somebody match and not answer? |
# | "It started it." | Follow the causes back. Where does the chain begin, and who decided that the file begins there? |
# | "We won." (a group, about its actor) | What did the others lose? What stands in the column of deaths? |
# | "It is all chance, then." | Same dice, other rule: what changed? That part is not chance. |
#
# ## With more time, or at home
#
# - Change one number and say why: `brinkline run erbil-2024 --set p_us_death=0.03`.
# - Write a rule of your own into a copy, and let another group find its mistake (the fourth notebook shows how).
# - Take today's newspaper and do only tasks 1 and 3.
