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
# # Your own crisis, from an article
#
# From a blank file to a scenario that is checked, sourced and scored. The crisis is an earlier one, whose ending is
# known: Iraq, the end of December 2019. We write with what was known on the evening of the 27th, make the mistakes that
# everybody makes, and arrive at something like `soleimani-2020`, which comes with the package.
#
# In a terminal, `brinkline new baghdad.yaml` writes a small, commented, valid scenario to change step by step into your
# own, and `brinkline validate baghdad.yaml` checks it. Here we start from nothing and the file grows from cell to
# cell, so that each part is seen to be needed.

# %% tags=["parameters"]
import os
import tempfile
from pathlib import Path

import pandas as pd

import sim
from sim.analysis.wording import probability_text
from sim.reading.provenance import provenance_of
from sim.reading.telling import Telling
from sim.reading.trace import trace
from sim.scoring import score
from sim.studies.contagion.contagion import contagion

pd.set_option("display.max_colwidth", None)
RUNS = int(os.environ.get("BRINKLINE_RUNS", "1000"))
os.chdir(tempfile.mkdtemp())


def check(*parts):
    """Write the parts as one file and load it, or print what is wrong with it."""
    Path("baghdad.yaml").write_text("".join(parts), encoding="utf-8")
    try:
        loaded = sim.load("baghdad.yaml")
    except sim.ScenarioError as error:
        print(error)
        return None
    print(*loaded.warnings, f"no errors, {len(loaded.warnings)} warnings", sep="\n")
    return loaded


# %% [markdown]
# ## 1. The article
#
# In our own words, after the reports of that night (they are among the sources of `soleimani-2020`):
#
# > On Friday evening some thirty rockets hit K-1, an Iraqi base near Kirkuk where Americans serve too. An American
# > contractor died; four soldiers and two Iraqis were hurt. Nobody claimed it. The Americans suspect Kataib
# > Hezbollah, a militia that Iran arms and that is part of Iraq's forces on paper. Since late October there have been
# > ten such attacks, and nobody of theirs had died. Two weeks ago the United States warned that it would answer
# > decisively if Iran or its friends harmed Americans. In June Iran shot down an American drone; a strike was ordered
# > and called off. Iraq's government has resigned after two months of protests, in which crowds burned an Iranian
# > consulate.
#
# ## 2. Take it apart
#
# Before any file: four lists, on paper.
#
# | list | from the article | what to ask |
# | --- | --- | --- |
# | who | the United States, Iran, the militia, Iraq, a crowd | Who is missing? Who speaks with whom? |
# | deeds | rockets, a warning, a strike called off, a burned consulate | What else could each do, also to calm? |
# | because | attack → warning; a dead American → an answer | Who says so? Does it always follow? How soon? |
# | how many | ten attacks in two months, none deadly; one dead | Counted by whom, since when? |
#
# Institutions, not persons: a rule says what the United States does, not what somebody thinks.
#
# ## 3. The head, the actors, and what happened
#
# A first attempt, with the slips that one makes. All of them are told at once, with their places and the nearest name
# that would be right.

# %%
HEAD = """\
brinkline: 1
scenario: baghdad
title: "Baghdad, December 2019"
start: 27 December 2019
horizon: 30 d
include: [library/ladder.yaml, library/actions.yaml]
"""
CAST = """
actors:
  us:       {name: United States, kind: state}
  militias: {name: Kataib Hezbollah, kind: armed group}
places:
  k1:   {name: Base K-1, soil: [iraq]}
  qaim: {name: Al-Qaim}
"""
GIVEN = """
timeline:
  - {id: k1, at: 2019-12-27T19:20, who: militia, do: rocket_atack, to: us, place: k1, deaths: 1, injured: 6}
"""
nothing = check(HEAD, CAST, GIVEN)

# %% [markdown]
# The date needs its ISO form, Iraq is no actor yet, the militia's id has an s, rockets have two t. And the clock: if it
# starts after the rockets, they are history. History is played first, and answers to it come later.

# %%
HEAD = HEAD.replace("27 December 2019", "2019-12-27T21:00:00+03:00")
CAST = """
actors:
  us:       {name: United States, kind: state}
  militias: {name: Kataib Hezbollah, kind: armed group}
  iraq:     {name: Iraq, kind: state}
places:
  k1:   {name: Base K-1, soil: iraq}
  qaim: {name: Al-Qaim, soil: iraq}
"""
GIVEN = GIVEN.replace("militia,", "militias,").replace("rocket_atack", "rocket_attack")
first = check(HEAD, CAST, GIVEN)

# %% [markdown]
# ## 4. What can they do?
#
# The library has some forty deeds, each with its rung on the ladder. Take what is there; add your own only where
# something is missing (here later: a crowd that breaks into an embassy).

# %%
pd.DataFrame(
    [
        {"rung": action.rung, "deed": key, "name": action.name}
        for key, action in sorted(first.description.actions.items(), key=lambda item: item[1].rung)
        if action.rung in (-2, -1, 1, 3, 4, 6, 8, 9)
    ]
)

# %% [markdown]
# ## 5. The first two rules, and a first run
#
# A dead American is answered; a strike is answered with rockets. It reads well. Play one run before you write more.

# %%
FEUD = """
rules:
  us-answers:
    {who: us, when: {action: rocket_attack, target: self}, do: limited_strike, to: actor, place: qaim, after: 2 d}
  militias-answer:
    {who: militias, when: {action: limited_strike, target: self}, do: rocket_attack, to: us, place: k1, after: 1 d}
"""
feud = check(HEAD, CAST, GIVEN, FEUD)
print(trace(feud, seed=1, run=0).text(Telling(reasons=False, to_ms=8 * 24 * 60 * 60 * 1000)))

# %% [markdown]
# ## 6. What is wrong with it
#
# - It is a clock. Strike, rocket, strike, to the last day, in every run the same: one answer for each deed, for
#   certain.
# - Any rocket is answered. The ten before were not.
# - Delays are exact, and known to the hour.
# - Nobody fires unless answered; nobody ever stops; Iraq looks on.
#
# Each event brings about one more. Above one a scenario runs away, at one it never ends. Counted from the runs' causal
# trees:

# %%
trees = contagion(feud, runs=20, seed=1)
print(f"one event brings about {trees.overall.value:.2f} others; {trees.events / 20:.0f} events a run")

# %% [markdown]
# So: conditions (`deaths: 1..`), chances, delays that scatter, fire that nobody asked for, an option of doing nothing.
# What we do not know becomes a named parameter with a range. Each run draws its own.

# %%
PARAMETERS = """
parameters:
  attack_rate: {value: 0.17, range: "gamma(10.5, 0.0164)", note: Ten attacks in 61 days., source: ten-attacks}
  p_death:     {value: 0.05, range: "beta(0.5, 10.5)", note: None of the ten was deadly., source: ten-attacks}
  p_strike:    {value: 0.75, range: "triangular(0.4, 0.8, 0.95)", note: It was promised in public., source: assumed}
  p_rockets:   {value: 0.5, range: "uniform(0.2, 0.8)", source: assumed}
  us_delay:    {value: 5, range: "triangular(2, 5, 8)", unit: days, source: assumed}
actions:
  rocket_attack:  {deaths: "hurdle(p_death, geometric(1.3))", source: ten-attacks}
  limited_strike: {deaths: "hurdle(0.85, geometric(8))", source: assumed}
drivers:
  rocket-fire: {who: militias, do: rocket_attack, to: us, place: k1, rate: attack_rate, source: ten-attacks}
"""
RULES = """
rules:
  us-answers-a-death:
    who: us
    when: {action: rocket_attack, actor: militias, target: self, deaths: 1..}
    chance: p_strike
    do: limited_strike
    to: actor
    place: qaim
    after: lognormal(us_delay, 2.5 * us_delay)
    source: red-line
  militias-answer-a-strike:
    who: militias
    when: {action: limited_strike, actor: us, target: self}
    choose:
      - {do: rocket_attack, to: us, place: k1, weight: p_rockets}
      - {do: threaten, to: us, weight: 1 - p_rockets}
    after: lognormal(1 d, 4 d)
    source: assumed
  iraq-condemns:
    who: iraq
    when: {action: open_force, soil: self}
    chance: 0.83
    do: condemn
    to: actor
    after: lognormal(10 h, 1 d)
    source: assumed
"""
SOURCES = """
sources:
  ten-attacks: {kind: report, title: US warns Iran over attacks on bases in Iraq, publisher: Press TV, date: 2019-12-14}
  red-line: {kind: report, title: The warning of 13 December, publisher: Army Times, date: 2019-12-13}
"""
mended = check(HEAD, CAST, GIVEN, PARAMETERS, RULES, SOURCES)

# %%
trees = contagion(mended, runs=RUNS, seed=1)
mean = trees.overall
print(f"one event brings about {mean.value:.2f} others ({mean.low:.2f} to {mean.high:.2f}, {RUNS} runs)")
ensemble = sim.run(mended, runs=RUNS, seed=1)
ensemble.runs[["events", "peak_level", "deaths"]].agg(["min", "mean", "max"])

# %%
ensemble.plot("level-fan")

# %% [markdown]
# Read a few runs too (`brinkline trace baghdad.yaml --run 7 --considered`), and ask in each: would they have done that?
# `brinkline validate baghdad.yaml --probe` asks the usual questions for you: does it run away, is there a rule that
# never answers, an outcome that is always or never true?

# %% [markdown]
# ## 7. Ask something
#
# An outcome is a proposition that the record will settle, written before you know. Give it a base rate where something
# comparable was counted: `k` in `n` as `(k + 1/2) / (n + 1)`. A model that does no better than its base rates has added
# nothing.

# %%
OUTCOMES = """
outcomes:
  us-strikes-back:
    name: The United States strikes the militias
    when: {action: open_force, actor: us, target: militias}
    base_rate: 0.38
    note: One of three earlier deaths was answered openly.
    source: assumed
  american-dies:
    name: Another American is killed
    when: {action: kinetic, target: us, deaths: 1..}
    base_rate: 0.12
    note: One month of twelve.
    source: assumed
  calmer: {name: No fire in the last week, at: end, if: level < 6}
"""
asked = check(HEAD, CAST, GIVEN, PARAMETERS, RULES, SOURCES, OUTCOMES)
sim.run(asked, runs=RUNS, seed=1).plot("outcome-probabilities")

# %% [markdown]
# ## 8. What does it rest on?
#
# `brinkline sources baghdad.yaml` lists every number with its source. `--before 2019-12-27` fails if a number rests on
# anything later: that is how a back-cast is kept honest. Ours fails.

# %%
late = {one.id: one.date for one in provenance_of(asked).hindsight("2019-12-27").late}
print("later than the day:", late)
for number in provenance_of(asked).numbers:
    if number.source is None or number.source in late:
        print(f"{number.path:28} {number.text:22} {number.source or 'no source'}")

# %% [markdown]
# The library's own counts run to January 2024. A word of blame takes no harm from that, but we say so ourselves. The
# ladder's last rung cites a table of 2020 whose rows end in 2014. And what happened that night needs its report.

# %%
SOURCES += """\
  attack: {kind: report, title: American contractor killed in Iraq, publisher: Raw Story, date: 2019-12-27}
  mid-5:  {date: 2014-12-31, note: The date is that of its last rows.}
"""
PARAMETERS = PARAMETERS.replace("drivers:", "  condemn: {note: Words of blame., source: assumed}\ndrivers:")
GIVEN = GIVEN.replace("injured: 6}", "injured: 6, source: attack}")
OUTCOMES = OUTCOMES.replace("level < 6}", "level < 6, source: assumed}")
asked = check(HEAD, CAST, GIVEN, PARAMETERS, RULES, SOURCES, OUTCOMES)
provenance = provenance_of(asked)
print(provenance.coverage())
print("by kind:", provenance.kinds())
print("nothing from later:", provenance.hindsight("2019-12-27").clear)

# %% [markdown]
# Look at how much is `assumed`. It is no shame, and it is what the class should argue about first.
#
# ## 9. The rest of the cast
#
# `soleimani-2020` goes on in the same way: Iran, a crowd, a parliament, a messenger, a step that nobody thought likely.
# Read it beside this notebook: `scenarios/soleimani-2020.yaml`, 250 lines.

# %%
shipped = sim.load("soleimani-2020")
pd.DataFrame(
    {
        name: {
            "actors": len(one.description.actors),
            "rules": len(one.description.rules),
            "parameters": len(one.description.parameters),
            "outcomes": len(one.description.outcomes),
            "numbers": len(provenance_of(one).numbers),
            "of them assumed": provenance_of(one).kinds()["assumed"],
        }
        for name, one in {"baghdad": asked, "soleimani-2020": shipped}.items()
    }
)

# %% [markdown]
# ## 10. How it went, and how the model did
#
# The numbers were fixed first and scored once. A Brier score is the square of how far a probability was from what
# happened: 0 is perfect, 0.25 is what always saying one half gives.

# %%
forecast = sim.run(shipped, runs=RUNS, seed=1)
result = score(forecast, "soleimani-2020")
pd.DataFrame(
    [
        {
            "outcome": one.name,
            "happened": "yes" if one.happened else "no",
            "the model said": probability_text(one.count, one.of),
            "base rate": shipped.description.outcomes[one.outcome].base_rate,
            "Brier": round(one.brier, 2),
        }
        for one in result.outcomes
    ]
)

# %%
briers = [one.brier for one in result.outcomes]
print(f"mean Brier score {sum(briers) / len(briers):.2f} over {len(briers)} outcomes")
print(*result.judgement, sep="\n\n")

# %% [markdown]
# It did badly, and it is worth knowing how. The answer, the condemnation and the sanctions it took for likely. The
# killing of the commander it gave a few chances in a hundred, as most people would have that night, and nearly
# everything after it hangs on that one deed. Suppose it as given:

# %%
given = sim.load("soleimani-2020", variants=("the-commander-dies",))
supposed = sim.run(given, runs=RUNS, seed=1)
pd.DataFrame(
    [
        {
            "outcome": outcome["name"],
            "as seen on 27 December": forecast.summary["outcomes"][key]["text"],
            "if the commander dies": outcome["text"],
        }
        for key, outcome in supposed.summary["outcomes"].items()
    ]
)

# %% [markdown]
# What to take home:
#
# - Raising `p_commander` now would make the score better and the model no wiser. It would be fitted to one night.
# - The list of outcomes is hindsight. Who would have put an airliner on it?
# - What-ifs carry further than forecasts: what follows from a step is easier to say than whether it is taken.
# - Twelve outcomes of one crisis hang together. They cannot show that a model is right.
#
# ## 11. Your turn
#
# Take a report of a crisis that you know, and stop reading at its first day. Start with `brinkline new mine.yaml`, take
# out what is not yours, and check after each change.
