"""The plan for very many runs: its measurement works, and its arithmetic is right."""

from __future__ import annotations

from dataclasses import astuple

from tests.benchmarks.plan import Cost, Size, costs_text, measure, plan_text

COST = Cost(
    run_s=200e-6,
    events=100.0,
    block_s=0.09,
    kept_block_s=0.2,
    block_bytes=250_000.0,
    kept_block_bytes=5e6,
    task_s=0.005,
    head_s=0.009,
    large_head_s=0.018,
    join_s=20e-6,
    summary_s=16e-6,
    run_bytes=600.0,
    event_bytes=20.0,
    trajectory_bytes=17_400.0,
)
PLAN = """\
1,000,000,000 runs: 10 folders of 100,000,000, each under a seed of its own

playing   1,000,000,000 × 360 µs = 4.2 days of one core
          blocks of 250: 2 workers 2.1 days, 8 workers 12.5 hours, 64 workers 10.0 hours;
          the head 4,000,000 × 9.0 ms = 10.0 hours: it keeps 10 busy
          blocks of 2,500: 2 workers 2.1 days, 8 workers 12.5 hours, 64 workers 2.0 hours;
          the head 400,000 × 18.0 ms = 2.0 hours: it keeps 50 busy
after it  1,000,000,000 × 36 µs = 10.0 hours for tables and summaries, on one core
memory    100,000,000 × 62 bytes = 6.2 GB for the summary of a folder
disk      1,000,000,000 × 600 bytes = 600.0 GB, and 100.0 GB for the blocks of the folder that is played
kept all  1,000,000,000 × 20.0 kB = 20.0 TB"""

NOISY = ("task_s", "summary_s")
"""Differences of times, which among so few can come out anyhow."""


def test_the_plan_follows_from_the_costs():
    assert plan_text(COST) == PLAN


def test_every_cost_is_told():
    assert len(costs_text(COST).splitlines()) == len(astuple(COST)) - 2  # a block's seconds and bytes share a line


def test_all_costs_are_measured():
    cost = measure(Size(kept_runs=10, runs=500, tasks=3, large_tasks=2))
    assert all(number > 0 for name, number in zip(Cost.__slots__, astuple(cost), strict=True) if name not in NOISY)
