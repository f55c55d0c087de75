"""A record: what was observed, held beside what the runs of a scenario do.

A record is a data file (``scenarios/records/ID.yaml``, or any path). It names the scenario it is about, the parameters
that calibration may turn, and statistics: each a number that every run has, and what was observed of it.
:mod:`sim.calibration.form` holds its keys, :mod:`sim.calibration.statistics` what each kind of statistic is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os.path import isfile
from pathlib import Path

from sim.calibration.check_record import Where, check_record
from sim.calibration.form import KINDS, NEEDS, OutcomeName, RecordFile, StatisticItem
from sim.errors import ScenarioError, StorageError, UsageError
from sim.scenario.faults import Fault, hint, in_order, short
from sim.scenario.files import Files, shipped_folder
from sim.scenario.load import Loaded
from sim.scenario.report import Report
from sim.scenario.schema import Source
from sim.scenario.shape import described
from sim.scenario.syntax import Pattern


@dataclass(frozen=True, slots=True)
class FitParameter:
    """A parameter that calibration turns: its wide range in the language of scenarios, and what truncates it."""

    name: str
    range_text: str
    bounds: tuple[float, float] | None
    source: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number that a run has, and what was observed of it.

    kind : one of KINDS. events, other : the patterns it is about (`other`: its ``of`` or ``by``); outcome : the
        outcome that it is about instead. counting : ``events``, ``deaths`` or ``injured``.
    stretches : (from, to) in ms from the start, half-open, ascending: where its events are (dispersion: its intervals).
    within_ms : how long an answer may take (None: as long as the run). link : ``time``, ``latest`` or ``cause``.
    observed, low, high : what was observed: a value alone, two ends alone (a disputed figure), or a value with its
        ends; of a share, `k` of `n`, and the ends are those of its 95 % Jeffreys interval. All None where there is a
        `band`: [low, high] in which the mean over the runs should lie, or else it is a red flag.
    fit : whether calibration is to meet it; scale : on which distances are taken, ``identity``, ``sqrt`` or ``log``.
    """

    id: str
    name: str
    kind: str
    events: Pattern
    outcome: str | None
    other: Pattern
    counting: str
    stretches: tuple[tuple[int, int], ...]
    within_ms: int | None
    link: str
    observed: float | None
    low: float | None
    high: float | None
    k: int | None
    n: int | None
    band: tuple[float, float] | None
    fit: bool
    scale: str
    source: str
    note: str | None

    @property
    def unit(self) -> str:
        """What it is measured in; empty for a count or a share."""
        return KINDS[self.kind].unit


@dataclass(frozen=True, slots=True)
class Record:
    """What was observed, and which parameters may be turned to meet it. `sources` are its own, by id."""

    id: str
    title: str
    scenario: str
    note: str | None
    fit: tuple[FitParameter, ...]
    statistics: tuple[Statistic, ...]
    sources: Mapping[str, Source]


def shipped_records() -> list[str]:
    """The ids of the records that come with the package."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def _folder() -> Path:
    return shipped_folder() / "records"


def find_record(path_or_id: str | Path) -> Path:
    """The file that a path or a shipped record's id means.

    Raises
    ------
    UsageError
        If there is neither.
    """
    path, known = Path(path_or_id), shipped_records()
    if isfile(path) or path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        return path
    if str(path_or_id) in known:
        return _folder() / f"{path_or_id}.yaml"
    expected = f"a path or one of {', '.join(known)}" if known else "the path of a record"
    found = f"found no file and no record {short(str(path_or_id))}"
    raise UsageError(f"{found}; expected {expected}{hint(str(path_or_id), known)}")


def load_record(path_or_id: str | Path, loaded: Loaded) -> Record:
    """The record in a file, or with an id, checked against the scenario that it is about.

    Raises
    ------
    ScenarioError
        With every fault of the file.
    UsageError
        If there is neither such a file nor such an id.
    StorageError
        If the file cannot be read.
    """
    path = find_record(path_or_id)
    file = str(path)
    files = Files()
    root = files.document(path, file)
    if root is None and files.faults[0].code == "unreadable" and files.faults[0].found.startswith("cannot be read"):
        raise StorageError(str(files.faults[0]))
    if root is None:
        raise ScenarioError(in_order(files.faults), files.texts)
    if not isinstance(root.value, dict):
        expected = "a mapping with keys such as record and statistics"
        raise ScenarioError([Fault(root.spot, "wrong-type", "", "found no mapping", expected)], files.texts)
    report = Report(root)
    form = described(report, RecordFile, NEEDS)
    if form is not None:
        check_record(form, report, loaded)
    faults = in_order([*files.faults, *report.faults])
    if form is None or faults:
        raise ScenarioError(faults, files.texts)
    return _record(form, report, loaded)


def _record(form: RecordFile, report: Report, loaded: Loaded) -> Record:
    fit = tuple(
        FitParameter(name, report.root.at(("fit", name, "range")).value, item.bounds, item.source, item.note)
        for name, item in form.fit.items()
    )
    where = Where(loaded.start, loaded.description.horizon)
    statistics = tuple(_statistic(name, item, form, where) for name, item in form.statistics.items())
    return Record(form.record, form.title or form.record, form.scenario, form.note, fit, statistics, form.sources)


def _statistic(name: str, item: StatisticItem, form: RecordFile, where: Where) -> Statistic:
    (kind,) = (one for one in KINDS if getattr(item, one) is not None)
    about = getattr(item, kind)
    seen = item.observed
    low, high = (None, None) if seen is None else (seen.low, seen.high)
    if seen is not None and seen.k is not None and seen.n is not None:
        low, high = jeffreys(seen.k, seen.n)
    return Statistic(
        id=name,
        name=item.name or name,
        kind=kind,
        events=_pattern(about, form),
        outcome=about.id if isinstance(about, OutcomeName) else None,
        other=_pattern(item.of if item.of is not None else item.by, form),
        counting=item.counting or "events",
        stretches=where.stretches(item),
        within_ms=item.within,
        link=item.link or "time",
        observed=None if seen is None else seen.value,
        low=low,
        high=high,
        k=None if seen is None else seen.k,
        n=None if seen is None else seen.n,
        band=item.band,
        fit=item.fit,
        scale=item.scale or KINDS[kind].scale,
        source=item.source or "",
        note=item.note,
    )


def _pattern(events: Pattern | str | OutcomeName | None, form: RecordFile) -> Pattern:
    if isinstance(events, str):
        return form.events[events]
    return events if isinstance(events, Pattern) else Pattern()


def jeffreys(k: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The ends of the Jeffreys interval of a share: quantiles of Beta(k + ½, n − k + ½).

    The lower end is 0 where k = 0, the upper one 1 where k = n.
    Source: Brown, Cai, DasGupta 2001, Statistical Science 16, 101-133.

    >>> [round(end, 3) for end in jeffreys(9, 130)]
    [0.035, 0.122]
    """
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = 0.0 if k == 0 else float(betaincinv(k + 0.5, n - k + 0.5, tail))
    high = 1.0 if k == n else float(betaincinv(k + 0.5, n - k + 0.5, 1 - tail))
    return low, high
