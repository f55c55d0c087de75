"""The readable engine: a run as a SimPy simulation. The only home of SimPy.

What one occurrence means, in this order (the numbers stand again in the code):

1. The event gets its lineage key, its casualties and its place in the log; the level follows.
2. The action's effects are applied, then those of the response, driver or item that made it.
3. Outcomes are tested. If one that came true ends the run, it ends; so it does when the log is full.
4. Each actor, in order, unless it is the doer: does it learn of the event, and whom does it blame? Then each
   of its rules, in order, that matches and whose limit, cooldown, condition and chance let it through commits
   to a response after its delay. The doer sees its own deeds truly.
5. When the delay is over the response stands down, or is the next event, caused by this one.

Events at the same millisecond come in the order in which they were scheduled: what is asked at that instant,
then the timeline in file order, then the rest.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import simpy

from sim import chance
from sim.chance import salt
from sim.engines.agents import Agent, Crowd, Rule
from sim.engines.closures import Trouble, functions
from sim.engines.outcomes import Outcomes
from sim.engines.parts import Deed, Option, Parts
from sim.engines.record import Record, Sample, Watcher, sample_times
from sim.engines.world import World, decays_of
from sim.errors import RunError
from sim.model.tables import NO_PROGRAM, NOTHING, DriverTable, Tables, TimelineTable
from sim.parameters import drawn_parameters
from sim.scenario.times import DAY_MS, moment_text

_STOP, _START, _ASKED, _TIMELINE, _REST = -4, -3, -2, -1, 1
_DEATHS, _INJURED, _DELAY, _CHOICE = salt("deaths"), salt("injured"), salt("delay"), salt("choose")
_GAP, _THIN, _HAPPENS = salt("gap"), salt("thin"), salt("chance")


class SimPyEngine:
    """Plays runs of one scenario. Holds what all runs share: functions, agents, parts."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.functions = functions(tables)
        self.parts = Parts(tables, self.functions)
        self.agents = [Agent(tables, self.parts, actor) for actor in range(len(tables.actors))]
        self.crowd = Crowd(tables, self.parts, self.agents)
        self.action_effects = [tuple(self.parts.effect(one) for one in action.effects) for action in tables.actions]
        self.rungs = [action.rung for action in tables.actions]
        self.timeline = [(item, self.parts.deed(item.deed)) for item in tables.timeline]
        self.drivers = [(table, [self.parts.option(one, tables.spot(table.path)) for one in table.options]) for table in tables.drivers]
        self.questions: list[list[int]] = [
            [number for number, question in enumerate(tables.questions) if action in question.fixed.actions]
            for action in range(len(tables.actions))
        ]
        self.sample_times = sample_times(tables.horizon_ms)

    def play(self, seed: int, run: int, watcher: Watcher | None = None) -> Record:
        """One run, a pure function of the tables, the seed and the run's number.

        Raises
        ------
        RunError
            If an expression goes wrong.
        """
        play = _Play(self, seed, run, watcher)
        try:
            return play.record()
        except Trouble as trouble:
            raise RunError(trouble.place, run, moment_text(play.world.now, self.tables.start), trouble.problem) from None


class _Response(simpy.Event):  # type: ignore[misc]
    """A committed response whose delay is running."""

    def __init__(self, play: _Play, rule: Rule, deed: Deed, cause: int, blamed: int, target: int, place: int, key: int):
        self.env = play.env
        self.callbacks = [play.respond]
        self._ok, self._value, self._defused = True, None, False
        self.rule, self.deed, self.cause, self.blamed = rule, deed, cause, blamed
        self.target, self.place, self.key = target, place, key


class _Play:
    """One run while it is played."""

    def __init__(self, engine: SimPyEngine, seed: int, run: int, watcher: Watcher | None):
        tables = engine.tables
        self.engine, self.tables, self.watcher = engine, tables, watcher
        self.run, self.run_key = run, chance.run_key(seed, run)
        first = min((item.at_ms for item in tables.timeline), default=0)
        self.env = simpy.Environment(initial_time=min(0, first))
        self.world = World(tables, drawn_parameters(tables.parameters, self.run_key), int(self.env.now))
        self.horizon = tables.horizon_ms
        self.stop = self.env.event()
        self.over = self.truncated = False
        self.peak = 0
        self.counts = [0] * engine.crowd.rules_count
        self.latest: list[int | None] = [None] * engine.crowd.rules_count
        self.stood_down = [0] * len(tables.rule_ids)
        self.samples: list[Sample | None] = []
        self.next_sample = -1.0
        self.outcomes = Outcomes(tables, engine.functions, self.world)

    def record(self) -> Record:
        """Play from the first given event to the horizon."""
        self._set_variables()
        if self.watcher is not None:
            self.watcher.began(self.world, self.outcomes.times)
        for number, (item, _) in enumerate(self.engine.timeline):
            if item.at_ms < self.horizon:
                self._at(item.at_ms, _TIMELINE, lambda _, n=number: self._given(n))
        self._at(0, _START, lambda _: self._start())
        self.stop._ok, self.stop._value = True, None
        self.env.schedule(self.stop, priority=_STOP, delay=self.horizon - self.env.now)
        self.env.run(until=self.stop)
        return self._closed()

    def _at(self, time: int, priority: int, call: Any) -> None:
        """Have something called at a time; at equal times the lower priority comes first."""
        event = simpy.Event(self.env)
        event._ok, event._value = True, None
        event.callbacks.append(call)
        self.env.schedule(event, priority=priority, delay=time - self.env.now)

    def _set_variables(self) -> None:
        world, tables, functions = self.world, self.tables, self.engine.functions
        values = {program: functions[program](world) for program in dict.fromkeys(tables.cells)}
        world.values = [values[program] for program in tables.cells]
        for table in tables.variables:
            for cell in tables.cells_of(table):
                world.values[cell] = min(max(world.values[cell], table.low), table.high)
        world.bases = list(world.values)
        world.touched = [world.now] * len(world.values)
        half_lives = [0.0 if one.half_life == NO_PROGRAM else functions[one.half_life](world) for one in tables.variables]
        for one, half_life in zip(tables.variables, half_lives, strict=True):
            if one.half_life != NO_PROGRAM and not half_life > 0.0:
                raise Trouble(tables.spots[one.half_life], f"a half-life of {half_life:g} days")
        world.decays = decays_of(tables, half_lives)
        world.baselines = [min(max(functions[one.baseline](world), one.low), one.high) for one in tables.variables]

    def _start(self) -> None:
        """t = 0: the clock of decay, outcomes and drivers starts."""
        world, tables = self.world, self.tables
        world.now = 0
        bases = list(world.bases)
        for number, table in enumerate(tables.variables):
            for cell in tables.cells_of(table):
                if cell not in tables.own:
                    bases[cell] = world.baselines[number]
        world.start_clock(bases)
        self.peak = int(world.level())
        self.next_sample = 0.0
        self._judge(self.outcomes.begin())
        for time in self.outcomes.asked_times():
            self._at(time, _ASKED, self._ask)
        if not self.over:
            for number, (driver, options) in enumerate(self.engine.drivers):
                self.env.process(self._drive(number, driver, options))

    def _given(self, number: int) -> None:
        """A timeline item is due."""
        item, deed = self.engine.timeline[number]
        self.world.now = int(self.env.now)
        key = chance.mix(self.run_key ^ item.key_salt)
        self._alone(item.actor)
        if item.chance != NO_PROGRAM:
            p = self.engine.crowd.probability(item.chance)(self.world)
            happens = chance.draw(key, _HAPPENS) < p
            if self.watcher is not None:
                self.watcher.given(item, {"chance": p, "draw": chance.draw(key, _HAPPENS)}, happens)
            if not happens:
                return
        self._happen(item, deed, key)

    def _happen(self, item: TimelineTable | DriverTable, deed: Deed, key: int) -> None:
        """An event that answers nothing."""
        world = self.world
        target = deed.to(world, item.actor, key)
        place = deed.place(world, key)
        self.occur(item.actor, deed, target, place, -1, item.origin, key, None)

    def _alone(self, actor: int) -> None:
        """Names: only self means something."""
        world = self.world
        world.self_ = world.actor = actor
        world.target = -1
        world.rung = world.deaths = world.injured = 0
        world.seen = len(world.rows)

    def _drive(self, number: int, driver: DriverTable, options: list[Option]) -> Generator[simpy.Event, None, None]:
        """A driver: candidates at the peak's rate, thinned to the rate."""
        env, world, engine = self.env, self.world, self.engine
        self._alone(driver.actor)
        rate_of, place = engine.functions[driver.rate], self.tables.spots[driver.rate]
        peak = engine.functions[driver.peak if driver.peak != NO_PROGRAM else driver.rate](world)
        if not 0.0 <= peak < math.inf:
            raise Trouble(self.tables.spots[driver.peak if driver.peak != NO_PROGRAM else driver.rate], f"a rate of {peak:g} a day")
        if peak == 0.0:
            return
        condition, cooldown, limit = (engine.parts.optional(p) for p in (driver.condition, driver.cooldown, driver.limit))
        source = chance.mix(self.run_key ^ driver.key_salt)
        days, events, latest = 0.0, 0, None
        for candidate in range(10**9):
            key = chance.numbered(source, candidate)
            days += chance.exponential_quantile(chance.draw(key, _GAP), 1.0 / peak)
            due = round(days * DAY_MS) if days * DAY_MS < self.horizon + 1.0 else self.horizon
            if due >= self.horizon:
                return
            yield env.timeout(due - env.now)
            world.now = due
            self._alone(driver.actor)
            rate = rate_of(world)
            if not 0.0 <= rate <= peak:
                raise Trouble(place, f"a rate of {rate:g} a day, which is not from 0 to the peak of {peak:g}")
            if not chance.draw(key, _THIN) * peak < rate:
                continue
            if limit is not None and events >= limit(world):
                continue
            if cooldown is not None and latest is not None and (due - latest) / DAY_MS < cooldown(world):
                continue
            if condition is not None and not condition(world):
                continue
            option = self._chosen(options, driver.chooses, key)
            if option is not None:
                events, latest = events + 1, due
                if self.watcher is not None:
                    self.watcher.arose(driver, {"rate": rate, "option": option.name})
                self._happen(driver, option.deed, key)

    def _chosen(self, options: list[Option], chooses: bool, key: int) -> Option | None:
        """One of the options, by weight; None where no weight is above 0."""
        if not chooses:
            return options[0]
        alternatives = [(one.salt, one.weight(self.world) if one.weight else 1.0) for one in options]
        index = chance.least(key, alternatives)
        return None if index < 0 else options[index]

    def occur(self, doer: int, deed: Deed, target: int, place: int, cause: int, origin: int, key: int, answer: _Response | None) -> None:
        """An event happens: steps 1 to 4."""
        world, engine = self.world, self.engine
        rows, now = world.rows, world.now
        if now > self.next_sample >= 0.0:
            self._sample(now)
        # 1. casualties, place in the log, level
        index, action = len(rows), deed.action
        world.seen = index
        rung = engine.rungs[action]
        deaths = injured = 0
        if deed.deaths is not None or deed.injured is not None:
            deaths, injured = self._casualties(doer, deed, target, rung, key, answer)
        row = (now, doer, action, target, place, deaths, injured, cause, origin, key)
        rows.append(row)
        world.rise(rung)
        if rung > self.peak and now >= 0:
            self.peak = rung
        for number in engine.questions[action]:
            if engine.crowd.fits_question(number, row):
                world.hits[number].append(index)
        if self.watcher is not None:
            self.watcher.happened(index, answer)
        # 2. effects
        effects = engine.action_effects[action]
        if effects or (deed.effects and answer is None):
            self._speak(doer, doer, target, rung, deaths, injured)
            for effect in effects:
                effect(world)
        if deed.effects:
            if answer is not None:
                self._speak_of(answer)
            for effect in deed.effects:
                effect(world)
        # 3. outcomes
        world.seen = index + 1
        if now >= 0:
            self._judge(self.outcomes.after(row, rung))
        if len(rows) >= self.tables.max_events:
            self.truncated = True
            self._end()
        if self.watcher is not None:
            self.watcher.settled(index)
        if self.over:
            return
        # 4. who learns of it, whom they blame, how they respond
        world.seen = index
        self._speak(doer, doer, target, rung, deaths, injured)
        if not engine.crowd.open[action]:
            self._perceive(row, index)
            return
        for rule in engine.crowd.audience(doer, action, target, place):
            world.self_ = rule.actor
            self.consider(rule, row, index)

    def _perceive(self, row: Any, index: int) -> None:
        """Step 4 where not everybody learns of the event, or not everybody blames the doer."""
        world, crowd, doer = self.world, self.engine.crowd, row[1]
        for observer, rules in crowd.observers(doer, row[2], row[3], row[4]):
            world.self_, world.actor = observer, doer
            if observer != doer:
                if not crowd.learns(world, observer, row):
                    continue
                world.actor = crowd.blames(world, observer, row)
            for rule in rules:
                if rule.blames(world.actor, observer == doer):
                    self.consider(rule, row, index)

    def consider(self, rule: Rule, row: Any, index: int) -> None:
        """A rule whose pattern fits an event so far: its other conditions, chance and commitment."""
        world, now = self.world, self.world.now
        watcher = self.watcher
        if rule.narrow is not None and not rule.narrow(row):
            return
        if rule.limit is not None and self.counts[rule.number] >= rule.limit(world):
            if watcher is not None:
                watcher.considered(rule, index, {"stopped": "limit"})
            return
        if rule.cooldown is not None:
            latest = self.latest[rule.number]
            if latest is not None and (now - latest) / DAY_MS < rule.cooldown(world):
                if watcher is not None:
                    watcher.considered(rule, index, {"stopped": "cooldown"})
                return
        if rule.condition is not None and not rule.condition(world):
            if watcher is not None:
                watcher.considered(rule, index, {"stopped": "condition"})
            return
        key = row[9]
        if rule.chance is not None:
            p = rule.chance(world)
            u = chance.draw(key, rule.chance_salt)
            if u >= p:
                if watcher is not None:
                    watcher.considered(rule, index, {"stopped": "chance", "chance": p, "draw": u})
                return
        self._commit(rule, index, chance.mix(key ^ rule.key_salt))

    def _commit(self, rule: Rule, index: int, key: int) -> None:
        """Choose an option, its target and place, and schedule it after its delay."""
        world, now = self.world, self.world.now
        option = rule.options[0] if not rule.chooses else self._chosen(rule.options, True, key)
        if option is None:
            if self.watcher is not None:
                self.watcher.considered(rule, index, {"stopped": "weights"})
            return
        deed = option.deed
        if deed.action == NOTHING and not deed.effects:
            if self.watcher is not None:
                self.watcher.considered(rule, index, {"stopped": "nothing", "option": option.name})
            return
        due = now
        if option.after is not None:
            delay = option.after(world, chance.draw(key, _DELAY)) * DAY_MS
            due = now + round(delay) if delay < self.horizon - now + 1.0 else self.horizon
        if due < 0:
            if self.watcher is not None:
                self.watcher.considered(rule, index, {"stopped": "history", "due": due, "option": option.name})
            return
        target = deed.to(world, rule.actor, key)
        place = deed.place(world, key)
        self.counts[rule.number] += 1
        self.latest[rule.number] = now
        if self.watcher is not None:
            self.watcher.considered(rule, index, {"due": due, "option": option.name, "target": target, "place": place})
        if due < self.horizon:
            response = _Response(self, rule, deed, index, world.actor, target, place, key)
            self.env.schedule(response, priority=_REST, delay=due - now)

    def respond(self, response: _Response) -> None:
        """Step 5: the delay of a response is over."""
        world, rule, deed = self.world, response.rule, response.deed
        world.now = int(self.env.now)
        stands_down = False
        if rule.unless is not None:
            self._speak_of(response)
            world.seen = len(world.rows)
            stands_down = bool(rule.unless(world))
        if self.watcher is not None:
            self.watcher.due(rule, response.cause, stands_down)
        if stands_down:
            self.stood_down[rule.rule] += 1
            return
        if deed.action != NOTHING:
            self.occur(rule.actor, deed, response.target, response.place, response.cause, rule.origin, response.key, response)
            return
        if world.now > self.next_sample:
            self._sample(world.now)
        self._speak_of(response)
        world.seen = len(world.rows)
        for effect in deed.effects:
            effect(world)
        self._judge(self.outcomes.of_state())
        if self.watcher is not None:
            self.watcher.settled(-1)

    def _speak(self, self_: int, actor: int, target: int, rung: int, deaths: int, injured: int) -> None:
        """Have names mean this event."""
        world = self.world
        world.self_, world.actor, world.target = self_, actor, target
        world.rung, world.deaths, world.injured = rung, deaths, injured

    def _speak_of(self, response: _Response) -> None:
        """Have names mean the event that a response answers, as the responder sees it."""
        world = self.world
        row = world.rows[response.cause]
        self._speak(response.rule.actor, response.blamed, row[3], self.engine.rungs[row[2]], row[5], row[6])
        world.waited = (world.now - row[0]) / DAY_MS

    def _casualties(self, doer: int, deed: Deed, target: int, rung: int, key: int, answer: _Response | None) -> tuple[int, int]:
        """Deaths, then injured, which may speak of the deaths."""
        world = self.world
        numbers = [0, 0]
        parts = ((deed.deaths, deed.own_deaths, _DEATHS), (deed.injured, deed.own_injured, _INJURED))
        for i, (draw, of_answer, what) in enumerate(parts):
            if draw is None:
                continue
            if of_answer and answer is not None:
                self._speak_of(answer)
            else:
                self._speak(doer, doer, target, rung, numbers[0], 0)
            numbers[i] = int(draw(world, chance.draw(key, what)))
        return numbers[0], numbers[1]

    def _ask(self, _: object) -> None:
        """An instant at which outcomes are asked or a quiet may have lasted."""
        world = self.world
        world.now = int(self.env.now)
        true, later = self.outcomes.asked(world.now)
        self._judge(true)
        for time in later:
            if time < self.horizon and not self.over:
                self._at(time, _ASKED, self._ask)

    def _judge(self, ends: bool) -> None:
        if ends and not self.over:
            self._end()

    def _end(self) -> None:
        """Nothing more happens."""
        self.over = True
        self.env.schedule(self.stop, priority=_STOP)

    def _sample(self, now: int) -> None:
        """Remember level and variables at the sampled times before `now`."""
        times = self.engine.sample_times
        while len(self.samples) < len(times) and times[len(self.samples)] < now:
            self.samples.append(self.world.state_at(times[len(self.samples)]))
        self.next_sample = float(times[len(self.samples)]) if len(self.samples) < len(times) else math.inf

    def _closed(self) -> Record:
        """What the run leaves; a run that ended early keeps its last level and variables."""
        world = self.world
        end = int(self.env.now) if self.over else self.horizon
        world.now = end
        self._sample(end)
        times = self.engine.sample_times
        level = int(world.level())
        if not self.truncated:
            self.outcomes.close(end)
            final = world.state_at(end)
            self.samples += [final] * (len(times) - len(self.samples))
        else:
            self.samples += [None] * (len(times) - len(self.samples))
        return Record(
            self.run, world.rows, self.outcomes.times, self.stood_down, max(self.peak, 0), None if self.truncated else level,
            self.outcomes.ended, self.truncated, world.bases, list(world.moved), self.samples, world.parameters,
        )  # fmt: skip
