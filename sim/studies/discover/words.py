"""What was discovered, in sentences and cells, for terminal and page."""

from __future__ import annotations

from sim.analysis.names import name_of
from sim.analysis.wording import interval_text, probability_text
from sim.studies.discover.boxes import Share
from sim.studies.discover.discover import Discovery
from sim.studies.discover.search import LIKELY, NOTHING, TOO_FEW

_SPACE = "\N{NO-BREAK SPACE}"


def share_text(share: Share) -> str:
    """A share with its interval: ``71 % (66–75 %)``."""
    if not share.of:
        return "unknown"
    text = probability_text(share.count, share.of)
    if share.count in (0, share.of):
        return text
    low, high = share.interval
    return f"{text} ({interval_text(share.value, low=low, high=high)})"


def sentence(found: Discovery) -> str:
    """The answer in plain words."""
    search, name = found.found, found.name
    base = share_text(search.base)
    if search.verdict == TOO_FEW:
        return (
            f"In the model, \u201c{name}\u201d came true in {base} of the runs: too few of them, or too few others, "
            "to say under which parameters. More runs may tell."
        )
    if search.verdict == NOTHING or search.told is None:
        return (
            f"In the model, no ranges of the {len(found.parameters)} parameters make \u201c{name}\u201d clearly "
            f"likelier: it came true in {base} of the runs. Chance, or what is the same in all runs, decides it, or "
            f"{len(found):,} runs are too few to tell."
        )
    told = search.told
    return (
        f"In the model, \u201c{name}\u201d came true in {share_text(told.density)} of the runs with "
        f"{condition(found)}. These are {share_text(told.support)} of all runs and hold {share_text(told.coverage)} of "
        f"those in which it came true. Elsewhere it came true in {share_text(told.elsewhere)}."
    )


def condition(found: Discovery) -> str:
    """The box: ``p_strike above 0.93 and share from 0.2 to 0.4``."""
    parts = [f"{name} {range_text(*ends)}" for name, ends in found.limits(found.found.box).items()]
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def range_text(low: float | None, high: float | None) -> str:
    """A range with one end or two."""
    if low is None:
        return f"below {high:g}"
    return f"above {low:g}" if high is None else f"from {low:g} to {high:g}"


def remarks(found: Discovery) -> list[str]:
    """What to know before using the answer."""
    search = found.found
    find, choose, tell = search.runs
    lines = [
        f"{find:,} runs found the ranges, {choose:,} others chose among them and dropped limits that chance could "
        f"account for; the numbers are from the {tell:,} that did neither, with 95{_SPACE}% intervals."
    ]
    if found.unknown:
        lines.append(f"{found.unknown:,} runs cut off at max_events before they could tell were left out.")
    if search.told is not None and search.verdict != LIKELY:
        lines.append(
            f"Likelier, but not clearly more than {100 * found.threshold:g}{_SPACE}%: "
            "no ranges were found that bring it above that for certain. Of those that were found these tell best."
        )
    if search.told is not None and search.base.value > found.threshold:
        lines.append("It is likelier than the threshold over all runs too.")
    if search.told is not None:
        lines.append(
            "It came true elsewhere as well: the ranges are enough to make it likelier, not needed for it, and others "
            "may do as well."
        )
    return lines


LIMIT_HEADERS = ("parameter", "range", "of its draws", "just beyond it came true in", "p-value")


def limit_rows(found: Discovery) -> list[list[str]]:
    """A row a limit: whose, where, the share of the runs that keep it, what is beyond it, its p-value."""
    rows = []
    for one, side in zip(found.found.box, found.found.sides, strict=True):
        kept = int(one.kept(found.drawn).sum())
        rows.append([
            found.parameters[one.parameter],
            f"{'above' if one.above else 'below'} {one.value:g}",
            f"{100 * kept / len(found.drawn):.0f}{_SPACE}%",
            share_text(side.beyond),
            "< 0.0001" if side.p_value < 1e-4 else f"{side.p_value:.4f}",
        ])  # fmt: skip
    return rows


def parameter_notes(found: Discovery) -> list[str]:
    """What the parameters of the box are, in the scenario's words."""
    parameters = found.ensemble.description.parameters
    notes = []
    for name in found.limits(found.found.box):
        one = parameters[name]
        shown = name_of(parameters, name)
        unit = f", {one.unit}" if one.unit else ""
        source = "assumed" if one.source in (None, "assumed") else f"source: {one.source}"
        notes.append(f"{name}{f' ({shown})' if shown != name else ''}{unit}; {source}. {one.note or ''}".rstrip())
    return notes
