"""Who learns of an event, and whom they blame."""

from __future__ import annotations

from typing import Any

from sim.engines.compiled.deeds import hold, least
from sim.engines.compiled.draws import draw
from sim.engines.compiled.expressions import INF, between
from sim.engines.compiled.jit import called
from sim.engines.compiled.questions import holds


@called
def learns(t: Any, s: Any, log: Any, observer: int, index: int) -> bool:
    """Whether an observer learns of an event: by the first entry of its visibility that fits."""
    event = log[index]
    action = t.actions[event.action]
    if action.sights == 0:
        return True
    for i in range(action.first_sight, action.first_sight + action.sights):
        who = t.sights[i].who
        if who < 0 or holds(t, s, who, observer, observer, event.actor, event.target):
            p = between(t, s, log, t.sights[i].program, 0.0, 1.0)
            return p >= 1.0 or draw(event.key, t.learn_salts[observer]) < p
    return False


@called
def blamed(t: Any, s: Any, log: Any, observer: int, index: int) -> int:
    """Whom an observer holds responsible; −1 for nobody."""
    event = log[index]
    action, actors = t.actions[event.action], t.sizes[0].actors
    if action.blames == 0:
        return event.actor
    s.weights[: actors + 1] = 0.0
    for i in range(action.first_blame, action.first_blame + action.blames):
        count = hold(t, s, t.blames[i].who, observer, observer, event.actor, event.target)
        if count > 0:
            weight = between(t, s, log, t.blames[i].program, 0.0, INF)
            for k in range(count):
                s.weights[s.held[k] + 1] += weight / count
    return least(s, t.blame_salts[observer], actors + 1, event.key)
