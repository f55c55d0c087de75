"""What ``brinkline calibrate`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.wording import DISCLAIMER, number_text
from sim.calibration.document import record_text, remarks, spread_text
from sim.cli.render import table_text

if TYPE_CHECKING:
    from sim.calibration.calibrate import Calibration
    from sim.calibration.result import Fitted
    from sim.calibration.writing import Written


def calibration_text(found: Calibration, *, figures: bool) -> str:
    """Parameters and statistics before and after, what to know before using them, and where it all is."""
    manifest, result = found.manifest, found.result
    lines = [
        str(manifest["title"]),
        f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.",
        "",
        f"fitted to {found.record.title}",
        f"{len(result.table):,} runs, seed {manifest['seed']}; {result.comparable:,} can be compared with the record",
    ]
    if result.posterior is not None:
        accepted = result.posterior.accepted
        lines += [
            f"{len(accepted.rows):,} accepted, worth {accepted.effective:,.0f} of equal weight, "
            f"at a distance up to {number_text(accepted.tolerance)}",
            "",
            _parameters(result.fitted),
            _legend(result.fitted),
        ]
    lines += ["", _statistics(found)]
    said = remarks(result)
    if said:
        lines += ["", *(f"- {one}" for one in said)]
    if result.reached:
        also = ", pictures in figures" if figures else ""
        variant = "variant.yaml, " if any(one.written for one in result.fitted) else ""
        lines += ["", f"{found.folder}: {variant}calibration.json, posterior.csv, table.parquet{also}"]
    else:
        lines += ["", f"{found.folder}: calibration.json, table.parquet; no posterior and no variant were written"]
    return "\n".join(lines)


def _parameters(fitted: tuple[Fitted, ...]) -> str:
    rows = [
        [
            one.name,
            spread_text(one.prior),
            spread_text(one.posterior),
            f"{max(one.contraction, 0):.0%}",
            f"{one.check.covered:.0%}",
            _written(one.written),
        ]
        for one in fitted
    ]
    headers = ["parameter", "before", "after", "narrower", "of 80 %", "written as"]
    return table_text(headers, rows, right=(3, 4))


def _written(one: Written | None) -> str:
    if one is None:
        return "not written"
    bounds = one.range.bounds
    return one.range.text + (f" in {number_text(bounds[0])}–{number_text(bounds[1])}" if bounds else "")


def _legend(fitted: tuple[Fitted, ...]) -> str:
    most = max(one.check.covered_to - one.check.covered_from for one in fitted)
    return (
        "before, after: median and 90 % interval; narrower: by how much less it varies\n"
        f"of 80 %: so many of the values known of other runs lie in 80 % intervals made alike (± {50 * most:.0f} %)"
    )


def _statistics(found: Calibration) -> str:
    rows = []
    for one in found.result.judged:
        model = f"{number_text(one.reach.lowest, digits=2)}–{number_text(one.reach.highest, digits=2)}"
        row = [one.statistic.name, "yes" if one.statistic.fit else "", record_text(one), model]
        if one.predicted is not None:
            row += [spread_text(one.predicted.after), "inside" if one.predicted.inside else "outside"]
        rows.append(row)
    headers = ["statistic", "fitted", "record", "all runs", "accepted runs (80 %)", "it lies"]
    return table_text(headers if found.result.reached else headers[:4], rows)
