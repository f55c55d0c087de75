"""Causal chains as streams: from their roots on the left to the outcome on the right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path as Outline

from sim.analysis.shares import wilson
from sim.analysis.wording import percent_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.pathways.chains import Step
    from sim.studies.pathways.pathways import Pathways

    Node = tuple[int, Step | str]
    """How many steps from the outcome, and what happened there."""

_DEEPEST = 4
_MOST, _LEAST = 5, 0.02  # nodes of a layer, apart from the others; the share below which one is merged
_WHOLE, _SLOT, _GAP = 2.6, 0.52, 0.14  # inches: all chains, the least room of a node, between nodes
_COLUMN, _BAR, _LABEL = 2.35, 0.13, 1.95  # inches
_OTHERS, _EARLIER = "other steps", "earlier steps"
_COLOURS = {"root": style.ORANGE, "rule": style.BLUE, "rest": "#9aa3ad", "outcome": style.INK}


@dataclass
class _Box:
    """A node's place: from the left and from the top, in inches, and how high it is."""

    x: float
    y: float
    height: float
    left_used: float = 0.0
    right_used: float = 0.0


@style.styled
def draw(pathways: Pathways, label: Callable[[Step], str]) -> Figure:
    """The streams of all chains that were traced.

    Parameters
    ----------
    label : gives a step's words.
    """
    streams = _streams(pathways)
    layers = _layers(streams)
    boxes, height = _placed(layers, streams, pathways.traced)
    columns = max(len(layers), 2)
    note = f"{pathways.traced:,} of {pathways.true:,} runs in which it came true"
    figure = style.frame(
        pathways, f"How it comes about: {pathways.name}", width=columns * _COLUMN + 0.5, height=height + 0.75, note=note
    )
    axes = figure.subplots()
    if not streams:
        style.say(axes, "no event led to it")
        return figure
    axes.set_axis_off()
    axes.set_xlim(0, columns * _COLUMN)
    axes.set_ylim(height, -0.1)
    _ribbons(axes, streams, boxes, pathways.traced)
    _nodes(axes, boxes, _counts(streams), pathways, label)
    _legend(axes)
    return figure


def _streams(pathways: Pathways) -> Counter[tuple[Node, ...]]:
    """Chains as nodes from the outcome back, rare ones merged; how many runs have each."""
    raw: Counter[tuple[Node, ...]] = Counter()
    for path in pathways.paths:
        if not path.steps:
            continue
        back = list(enumerate(reversed(path.steps), start=1))
        near: list[Node] = [(0, ""), *back[:_DEEPEST]]
        raw[tuple([*near, (_DEEPEST + 1, _EARLIER)] if len(back) > _DEEPEST else near)] += 1
    kept: set[Node] = set()
    for depth in range(1, _DEEPEST + 1):
        counts: Counter[Node] = Counter()
        for nodes, count in raw.items():
            if len(nodes) > depth:
                counts[nodes[depth]] += count
        ordered = sorted(counts, key=lambda node: (-counts[node], str(node)))
        thick = [node for node in ordered if counts[node] >= _LEAST * pathways.traced]
        kept.update(thick[:_MOST])
    merged: Counter[tuple[Node, ...]] = Counter()
    for nodes, count in raw.items():
        merged[_merged(nodes, kept)] += count
    return merged


def _merged(nodes: tuple[Node, ...], kept: set[Node]) -> tuple[Node, ...]:
    """The nodes up to the first that is merged with others; what lies behind that is not told apart any more."""
    found: list[Node] = []
    for node in nodes:
        if node[1] == "" or node[1] == _EARLIER or node in kept:
            found.append(node)
        else:
            return (*found, (node[0], _OTHERS))
    return tuple(found)


def _counts(streams: Counter[tuple[Node, ...]]) -> Counter[Node]:
    counts: Counter[Node] = Counter()
    for nodes, count in streams.items():
        for node in nodes:
            counts[node] += count
    return counts


def _layers(streams: Counter[tuple[Node, ...]]) -> list[list[Node]]:
    """The nodes of each depth, from the outcome back; each near those it leads to, the thickest first."""
    counts = _counts(streams)
    layers: list[list[Node]] = []
    rank: dict[Node, float] = {}
    for depth in range(max((node[0] for node in counts), default=-1) + 1):
        near: dict[Node, float] = {}
        for node in (one for one in counts if one[0] == depth):
            ahead = [(rank[nodes[depth - 1]], count) for nodes, count in streams.items() if depth and node in nodes]
            near[node] = sum(r * c for r, c in ahead) / max(sum(c for _, c in ahead), 1)
        layer = sorted(near, key=lambda one: (one[1] in (_OTHERS, _EARLIER), near[one], -counts[one], str(one[1])))
        rank |= {node: float(place) for place, node in enumerate(layer)}
        layers.append(layer)
    return layers


def _placed(layers: list[list[Node]], streams: Counter[tuple[Node, ...]], whole: int) -> tuple[dict[Node, _Box], float]:
    """Where each node is, and how high the picture."""
    counts = _counts(streams)
    tall = {node: _WHOLE * counts[node] / max(whole, 1) for node in counts}
    heights = [sum(max(tall[node], _SLOT) + _GAP for node in layer) for layer in layers]
    height = max([*heights, 2.0])
    boxes: dict[Node, _Box] = {}
    for depth, (layer, own) in enumerate(zip(layers, heights, strict=True)):
        top = (height - own) / 2
        for node in layer:
            slot = max(tall[node], _SLOT)
            boxes[node] = _Box((len(layers) - 1 - depth) * _COLUMN, top + (slot - tall[node]) / 2, tall[node])
            top += slot + _GAP
    return boxes, height


def _ribbons(axes: Axes, streams: Counter[tuple[Node, ...]], boxes: dict[Node, _Box], whole: int) -> None:
    flows: Counter[tuple[Node, Node]] = Counter()
    for nodes, count in streams.items():
        for ahead, behind in pairwise(nodes):
            flows[behind, ahead] += count
    for (behind, ahead), count in sorted(flows.items(), key=lambda flow: (boxes[flow[0][1]].y, boxes[flow[0][0]].y)):
        start, end, thick = boxes[behind], boxes[ahead], _WHOLE * count / whole
        x0, x1 = start.x + _BAR, end.x
        y0, y1 = start.y + start.right_used, end.y + end.left_used
        start.right_used, end.left_used = start.right_used + thick, end.left_used + thick
        middle = (x0 + x1) / 2
        points = [
            (x0, y0), (middle, y0), (middle, y1), (x1, y1),
            (x1, y1 + thick), (middle, y1 + thick), (middle, y0 + thick), (x0, y0 + thick), (x0, y0),
        ]  # fmt: skip
        c, move, line = Outline.CURVE4, Outline.MOVETO, Outline.LINETO
        outline = Outline(points, [move, c, c, c, line, c, c, c, Outline.CLOSEPOLY])
        axes.add_patch(PathPatch(outline, facecolor=style.SKY, alpha=0.55, linewidth=0.3, edgecolor="white", zorder=1))


def _nodes(
    axes: Axes, boxes: dict[Node, _Box], counts: Counter[Node], pathways: Pathways, label: Callable[[Step], str]
) -> None:
    for node, box in boxes.items():
        kind = _kind(node)
        axes.add_patch(Rectangle((box.x, box.y), _BAR, max(box.height, 0.02), facecolor=_COLOURS[kind], zorder=3))
        words = pathways.name if node[0] == 0 else node[1] if isinstance(node[1], str) else label(node[1])
        origin = "" if isinstance(node[1], str) else f"  {style.fit(node[1].origin, _LABEL - 0.5)}"
        text = f"{style.fit(words, _LABEL, lines=2)}\n{_percent(counts[node], pathways.traced)}{origin}"
        axes.text(
            box.x + _BAR + 0.06, box.y + box.height / 2, text,
            size=style.SMALL, va="center", zorder=4, linespacing=1.15,
            bbox={"facecolor": "white", "alpha": 0.72, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _percent(count: int, of: int) -> str:
    if count == of:
        return "100 %"
    low, high = (float(one) for one in wilson(count, of))
    return percent_text(count / of, low=low, high=high)


def _kind(node: Node) -> str:
    depth, what = node
    if isinstance(what, str):
        return "rest" if depth else "outcome"
    return "rule" if what.kind == "rule" else "root"


def _legend(axes: Axes) -> None:
    told = {"root": "comes by itself or is given", "rule": "answers what is left of it", "rest": "several together"}
    handles = [Patch(color=_COLOURS[kind], label=words) for kind, words in told.items()]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=3, borderpad=0.2, handlelength=1.0)
