"""The readable engine: a run as a SimPy simulation. The only home of SimPy.

What one occurrence means, in this order (the numbers stand again in the code):

1. The event gets its lineage key, its casualties and its place in the log; the level follows.
2. The action's effects are applied, then those of the response, driver or item that made it.
3. Outcomes are tested. If one that came true ends the run, it ends; so it does when the log is full.
4. Each actor, in order, unless it is the doer: does it learn of the event, and whom does it blame? Then each
   of its rules, in order, that matches and whose limit, cooldown, condition and chance let it through commits
   to a response after its delay. The doer sees its own deeds truly.
5. When the delay is over the response stands down, or is the next event, caused by this one.

A driver has candidates at the rate of its peak, and each becomes an event with the chance rate / peak, unless
something holds it back. A run whose drivers have more candidates than `max_candidates` of the tables together (10
times `max_events`, and at least a million) ends with an error that names the driver: its peak is far too high.

Events at the same millisecond come in the order in which they were scheduled: what is asked at that instant,
then the timeline in file order, then the rest.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from itertools import count
from typing import Any, NamedTuple

import simpy

from sim import chance
from sim.chance import draw, mix, salt
from sim.engines import room
from sim.engines.agents import Agent, Crowd, Rule
from sim.engines.beginning import set_variables, start_clock
from sim.engines.closures import Trouble, functions
from sim.engines.halting import halt_here
from sim.engines.outcomes import Outcomes
from sim.engines.parts import Deed, Effect, Option, Parts
from sim.engines.played import Played, played
from sim.engines.record import Record, Watcher, sample_times
from sim.engines.sources import Driver, Given, too_many
from sim.engines.world import Sample, World
from sim.errors import RunError
from sim.model.tables import NOTHING, Tables
from sim.parameters import drawn_parameters
from sim.scenario.times import DAY_MS, moment_text

_STOP, _START, _ASKED, _TIMELINE = -4, -3, -2, -1  # before all else at that instant, which SimPy puts at 0 and 1
_DEATHS, _INJURED, _DELAY = salt("deaths"), salt("injured"), salt("delay")
_GAP, _THIN, _HAPPENS = salt("gap"), salt("thin"), salt("chance")


class SimPyEngine:
    """Plays runs of one scenario. Holds what all runs share: functions, agents, parts."""

    name = "simpy"

    def __init__(self, tables: Tables):
        self.tables = tables
        self.functions = functions(tables)
        self.parts = Parts(tables, self.functions)
        self.agents = [Agent(tables, self.parts, actor) for actor in range(len(tables.actors))]
        self.crowd = Crowd(tables, self.parts, self.agents)
        self.actions = [self._facts(number) for number in range(len(tables.actions))]
        self.timeline = [Given(tables, self.parts, table) for table in tables.timeline]
        self.drivers = [Driver(tables, self.parts, table) for table in tables.drivers]
        self.sample_times = sample_times(tables.horizon_ms)

    def _facts(self, action: int) -> tuple[int, tuple[Effect, ...], list[int], bool]:
        """Of an action: its rung, its effects, the questions it may answer, whether everybody learns who did it."""
        table = self.tables.actions[action]
        effects = tuple(self.parts.effect(one) for one in table.effects)
        questions = [
            number for number, question in enumerate(self.tables.questions) if action in question.fixed.actions
        ]
        return table.rung, effects, questions, not table.visibility and not table.attribution

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
            raise RunError(
                trouble.place, run, moment_text(play.world.now, self.tables.start), trouble.problem
            ) from None

    def play_runs(self, seed: int, runs: range, *, states: bool = True) -> Played:
        """See :class:`sim.engines.played.Engine`."""
        room.check_room(self.tables, len(runs), states=states)
        return played(self.tables, [self.play(seed, run) for run in runs], states=states)


class Response(NamedTuple):
    """A commitment whose delay is running: what it answers, as its rule's owner saw it, and what it will be."""

    rule: Rule
    option: Option
    cause: int
    blamed: int
    target: int
    place: int
    key: int


class _Play:
    """One run while it is played."""

    def __init__(self, engine: SimPyEngine, seed: int, run: int, watcher: Watcher | None):
        tables = engine.tables
        self.engine, self.tables, self.watcher = engine, tables, watcher
        self.run, self.run_key = run, chance.run_key(seed, run)
        first = min((item.at_ms for item in tables.timeline), default=0)
        self.env = simpy.Environment(initial_time=min(0, first))
        self.world = World(tables, drawn_parameters(tables.parameters, self.run_key), int(self.env.now))
        self.horizon, self.max_events = tables.horizon_ms, tables.max_events
        self.stop = self.env.event()
        self.candidates = self.under_way = 0
        self.halt = halt_here()
        self.over = self.truncated = False
        self.trouble: Trouble | None = None
        self.peak = 0
        self.counts = [0] * engine.crowd.rules_count
        self.latest: list[int | None] = [None] * engine.crowd.rules_count
        self.stood_down = [0] * len(tables.rule_ids)
        self.samples: list[Sample | None] = []
        self.next_sample = math.inf
        self.asked_at: set[int] = set()
        self.outcomes = Outcomes(tables, engine.functions, self.world)

    def record(self) -> Record:
        """Play from the first given event to the horizon."""
        set_variables(self.world, self.engine.functions)
        if self.watcher is not None:
            self.watcher.began(self.world, self.outcomes.times)
        for item in self.engine.timeline:
            if item.table.at_ms < self.horizon:
                self._at(item.table.at_ms, _TIMELINE, lambda _, given=item: self._given(given))
        self._at(0, _START, lambda _: self._start())
        self.stop._ok, self.stop._value = True, None
        self.env.schedule(self.stop, priority=_STOP, delay=self.horizon - self.env.now)  # type: ignore[arg-type]
        self.env.run(until=self.stop)
        if self.trouble is not None:
            raise self.trouble
        return self._closed()

    def _at(self, time: int, priority: int, call: Any) -> None:
        """Have something called at a time; at equal times the lower priority comes first."""
        event = simpy.Event(self.env)
        event._ok, event._value = True, None
        event.callbacks.append(call)
        self.env.schedule(event, priority=priority, delay=time - self.env.now)  # type: ignore[arg-type]

    def _start(self) -> None:
        """t = 0: the clock of decay, outcomes and drivers starts."""
        self.world.now = 0
        start_clock(self.world)
        self.peak = int(self.world.level())
        self.next_sample = 0.0
        self._judge(self.outcomes.begin())
        self._ask_at(self.outcomes.asked_times())
        if not self.over:
            for driver in self.engine.drivers:
                self.env.process(self._drive_safely(driver))

    def _given(self, item: Given) -> None:
        """A timeline item is due."""
        self.world.now = int(self.env.now)
        key = mix(self.run_key ^ item.table.key_salt)
        self._alone(item.actor)
        if item.chance is not None:
            p, u = item.chance(self.world), draw(key, _HAPPENS)
            if self.watcher is not None:
                self.watcher.given(item.table, {"chance": p, "draw": u}, u < p)
            if u >= p:
                return
        self._happen(item, item.deed, key)

    def _happen(self, source: Given | Driver, deed: Deed, key: int) -> None:
        """An event that answers nothing."""
        world = self.world
        place = -1 if deed.place is None else deed.place(world, key)
        self.occur(source.actor, deed, deed.to(world, source.actor, key), place, -1, source.origin, key, None)

    def _alone(self, actor: int) -> None:
        """Names: only self means something."""
        world = self.world
        world.self_ = world.actor = actor
        world.target = -1
        world.rung = world.deaths = world.injured = 0
        world.seen = len(world.rows)

    def _drive_safely(self, driver: Driver) -> Generator[simpy.Event, None, None]:
        """Drive; what goes wrong ends the run at once, while SimPy would first let happen what is due then."""
        try:
            yield from self._drive(driver)
        except Trouble as trouble:
            self.trouble = trouble
            self._end()

    def _drive(self, driver: Driver) -> Generator[simpy.Event, None, None]:
        """A driver: candidates at the peak's rate, thinned to the rate."""
        timeout, world, numbered, log1p = self.env.timeout, self.world, chance.numbered, math.log1p
        self._alone(driver.actor)
        rate = peak = driver.peak(world)
        if peak == 0.0:
            return
        source, mean, horizon, doer = mix(self.run_key ^ driver.table.key_salt), 1.0 / peak, self.horizon, driver.actor
        days, due, events, latest, most, halt = 0.0, 0, 0, None, self.tables.max_candidates, self.halt
        for candidate in count():
            key = numbered(source, candidate)
            days -= mean * log1p(-draw(key, _GAP))
            before, ms = due, days * DAY_MS
            due = round(ms) if ms < horizon else horizon
            if due >= horizon:
                return
            yield timeout(due - before)
            world.now, world.self_, world.actor, world.target, world.seen = due, doer, doer, -1, len(world.rows)
            self.candidates += 1
            halt.check()
            if self.candidates > most:
                raise too_many(self.tables, driver.table, candidate + 1, peak, events)
            if driver.thinned:
                rate = driver.rate(world, peak)
                if draw(key, _THIN) * peak >= rate:
                    continue
            if driver.guarded and driver.is_held_back(world, events, latest):
                continue
            option = driver.options.chosen(world, key)
            if option is not None:
                events, latest = events + 1, due
                if self.watcher is not None:
                    self.watcher.arose(driver.table, {"rate": rate, "option": option.name})
                self._happen(driver, option.deed, key)

    def occur(
        self, doer: int, deed: Deed, target: int, place: int, cause: int, origin: int, key: int, answer: Response | None
    ) -> None:
        """An event happens: steps 1 to 4."""
        world, engine = self.world, self.engine
        rows, now, action = world.rows, world.now, deed.action
        self.halt.check()
        if now > self.next_sample:
            self._sample(now)
        # 1. casualties, place in the log, level
        index = len(rows)
        rung, effects, questions, everybody_sees = engine.actions[action]
        world.seen = index
        deaths = injured = 0
        if deed.hurts:
            deaths, injured = self._casualties(doer, deed, target, rung, key, answer)
        row = (now, doer, action, target, place, deaths, injured, cause, origin, key)
        rows.append(row)
        if rung > self.peak and now >= 0:
            self.peak = rung
        for number in questions:
            if engine.crowd.fits_question(number, row):
                world.hits[number].append(index)
        if self.watcher is not None:
            self.watcher.happened(index, answer)
        # 2. effects
        world.self_ = world.actor = doer
        world.target, world.rung, world.deaths, world.injured = target, rung, deaths, injured
        for effect in effects:
            effect(world)
        if deed.effects:
            if answer is not None:
                self._speak_of(answer)
            for effect in deed.effects:
                effect(world)
        # 3. outcomes
        tested = now >= 0 and self.outcomes.waiting
        if tested:
            world.seen = index + 1
            self._judge(self.outcomes.after(row, rung))
            world.seen = index
        if index + 1 >= self.max_events:
            self.truncated = True
            self._end()
        if self.watcher is not None:
            self.watcher.settled(index)
        if self.over:
            return
        # 4. who learns of it, whom they blame, how they respond
        if tested or deed.effects:
            self._speak(doer, doer, target, rung, deaths, injured)
        if not everybody_sees:
            self._perceive(row, index)
            return
        consider = self.consider
        kind = (doer, action, target, place)
        audience = engine.crowd.audiences.get(kind)
        for rule in engine.crowd.audience(kind) if audience is None else audience:
            world.self_ = rule.actor
            consider(rule, row, index)

    def _perceive(self, row: Any, index: int) -> None:
        """Step 4 where not everybody learns of the event, or not everybody blames the doer."""
        world, crowd, doer = self.world, self.engine.crowd, row[1]
        for observer, rules in crowd.observers((doer, row[2], row[3], row[4])):
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
        if rule.guarded:
            stopped = self._guard(rule, row)
            if stopped:
                if self.watcher is not None and stopped != "pattern":
                    self.watcher.considered(rule, index, {"stopped": stopped})
                return
        key = row[9]
        if rule.chance is not None:
            p = rule.chance(self.world)
            if not p <= 1.0 or p < 0.0:
                raise Trouble(rule.chance_place, f"a chance of {p:g}")
            u = draw(key, rule.chance_salt)
            if u >= p:
                if self.watcher is not None:
                    self.watcher.considered(rule, index, {"stopped": "chance", "chance": p, "draw": u})
                return
        self._commit(rule, index, mix(key ^ rule.key_salt))

    def _guard(self, rule: Rule, row: Any) -> str:
        """What keeps a rule from answering an event, apart from chance; an empty text if nothing does."""
        world = self.world
        if rule.narrow is not None and not rule.narrow(row):
            return "pattern"
        if rule.limit is not None and self.counts[rule.number] >= rule.limit(world):
            return "limit"
        if rule.cooldown is not None:
            latest = self.latest[rule.number]
            if latest is not None and (world.now - latest) / DAY_MS < rule.cooldown(world):
                return "cooldown"
        return "condition" if rule.condition is not None and not rule.condition(world) else ""

    def _commit(self, rule: Rule, index: int, key: int) -> None:
        """Choose an option, its target and place, and schedule it after its delay."""
        world, now = self.world, self.world.now
        option = rule.options.chosen(world, key)
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
            delay = option.after(world, draw(key, _DELAY)) * DAY_MS
            due = now + round(delay) if delay < self.horizon - now + 1.0 else self.horizon
        if due < 0:
            if self.watcher is not None:
                self.watcher.considered(rule, index, {"stopped": "history", "due": due, "option": option.name})
            return
        target = deed.to(world, rule.actor, key)
        place = -1 if deed.place is None else deed.place(world, key)
        self.counts[rule.number] += 1
        self.latest[rule.number] = now
        if self.watcher is not None:
            self.watcher.considered(rule, index, {"due": due, "option": option.name, "target": target, "place": place})
        if due < self.horizon:
            self.under_way += 1
            if self.under_way > room.MOST_RESPONSES:
                raise Trouble(f"rules.{rule.table.id}", room.responses_problem())
            response = Response(rule, option, index, world.actor, target, place, key)
            self.env.timeout(due - now, response).callbacks.append(self.respond)

    def respond(self, event: simpy.Event) -> None:
        """Step 5: the delay of a response is over."""
        self.under_way -= 1
        response: Response = event.value  # type: ignore[assignment]
        world, rule, option = self.world, response.rule, response.option
        world.now = self.env.now  # type: ignore[assignment]
        stands_down = False
        if option.unless is not None:
            self._speak_of(response)
            world.seen = len(world.rows)
            stands_down = bool(option.unless(world))
        if self.watcher is not None:
            self.watcher.due(rule, response.cause, option.unless_program, stands_down)
        if stands_down:
            self.stood_down[rule.rule] += 1
            return
        deed = option.deed
        if deed.action != NOTHING:
            self.occur(
                rule.actor, deed, response.target, response.place, response.cause, rule.origin, response.key, response
            )
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

    def _speak_of(self, response: Response) -> None:
        """Have names mean the event that a response answers, as the responder sees it."""
        world = self.world
        row = world.rows[response.cause]
        self._speak(response.rule.actor, response.blamed, row[3], self.tables.actions[row[2]].rung, row[5], row[6])
        world.waited = (world.now - row[0]) / DAY_MS

    def _casualties(
        self, doer: int, deed: Deed, target: int, rung: int, key: int, answer: Response | None
    ) -> tuple[int, int]:
        """Deaths, then injured, which may speak of the deaths."""
        world = self.world
        numbers = [0, 0]
        parts = ((deed.deaths, deed.own_deaths, _DEATHS), (deed.injured, deed.own_injured, _INJURED))
        for i, (quantile, of_answer, what) in enumerate(parts):
            if quantile is None:
                continue
            if of_answer and answer is not None:
                self._speak_of(answer)
            else:
                self._speak(doer, doer, target, rung, numbers[0], 0)
            numbers[i] = int(quantile(world, draw(key, what)))
        return numbers[0], numbers[1]

    def _ask(self, _: object) -> None:
        """An instant at which outcomes are asked or a quiet may have lasted."""
        world = self.world
        world.now = int(self.env.now)
        true, later = self.outcomes.asked(world.now)
        self._judge(true)
        self._ask_at(later)

    def _ask_at(self, instants: list[int]) -> None:
        """Have outcomes asked at these instants, once at each."""
        for time in instants:
            if time < self.horizon and time not in self.asked_at:
                self.asked_at.add(time)
                self._at(time, _ASKED, self._ask)

    def _judge(self, ends: bool) -> None:
        if ends and not self.over:
            self._end()

    def _end(self) -> None:
        """Nothing more happens."""
        self.over = True
        self.env.schedule(self.stop, priority=_STOP)  # type: ignore[arg-type]

    def _sample(self, now: int) -> None:
        """Remember the state at the sampled times before `now`."""
        times, samples, number = self.engine.sample_times, self.samples, len(self.samples)
        while number < len(times) and times[number] < now:
            samples.append(self.world.sample(times[number]))
            number += 1
        self.next_sample = times[number] if number < len(times) else math.inf

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
            final = world.sample(end)
            self.samples += [final] * (len(times) - len(self.samples))
        else:
            self.samples += [None] * (len(times) - len(self.samples))
        return Record(
            run=self.run,
            rows=world.rows,
            outcomes=self.outcomes.times,
            stood_down=self.stood_down,
            peak_level=self.peak,
            final_level=None if self.truncated else level,
            ended=self.outcomes.ended,
            truncated=self.truncated,
            bases=world.bases,
            moved=world.moved_cells(),
            samples=self.samples,
            parameters=world.parameters,
        )
