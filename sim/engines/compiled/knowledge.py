"""Who learns of an event, and whom they blame."""

from __future__ import annotations

from typing import Any

from sim.engines.compiled.deeds import hold, least, weigh_held, weigh_nobody
from sim.engines.compiled.draws import draw
from sim.engines.compiled.expressions import INF, between
from sim.engines.compiled.jit import called
from sim.engines.compiled.questions import holds


@called
def learns(t: Any, s: Any, observer: int, index: int) -> bool:
    """Whether an observer learns of an event: by the first entry of its visibility that fits."""
    event = s.log[index]
    action = t.actions[event.action]
    for i in range(action.first_sight, action.first_sight + action.sights):
        who = t.sights[i].who
        if who < 0 or holds(t, s, who, observer, observer, event.actor, event.target):
            p = between(t, s, t.sights[i].program, 0.0, 1.0)
            return p >= 1.0 or draw(event.key, t.learn_salts[observer]) < p
    return False


@called
def blamed(t: Any, s: Any, observer: int, index: int) -> int:
    """Whom an observer holds responsible; −1 for nobody."""
    event = s.log[index]
    action = t.actions[event.action]
    weigh_nobody(t, s)
    for i in range(action.first_blame, action.first_blame + action.blames):
        count = hold(t, s, t.blames[i].who, observer, observer, event.actor, event.target)
        if count > 0:
            weigh_held(t, s, between(t, s, t.blames[i].program, 0.0, INF) / count)
    return least(t, s, t.blame_salts[observer], event.key)
