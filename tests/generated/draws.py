"""Random distributions: every kind, with numbers and with expressions for arguments."""

from __future__ import annotations

from typing import Any

from tests.generated.expressions import PARAMETERS, RULE, Expressions, Here

RANGES = (
    "uniform(0.1, 0.9)", "triangular(0.1, 0.4, 1.2)", "lognormal(0.5, 1.1)", "loguniform(0.05, 2)", "normal(0.5, 0.4)",
    "beta(2, 3)", "gamma(2, 0.3)",
)  # fmt: skip
BOUNDED = (
    *RANGES, "normal(0, 0.3)", "lognormal(0.15, 0.3)", "beta(1, 6)", "gamma(0.5, 0.2)", "triangular(0, 0.1, 1)",
)  # fmt: skip
"""Those with a tail beyond the bounds too, where the range is drawn from its upper end."""
BOUNDS = ([0.2, 2], [0.45, 0.7], [-1, 0.5])

DELAYS = (
    0, "0 h", "6 h", "1 d", "1 d", "fixed(12 h)", "fixed(1 d)", "2.5 / 86400000", "1 min", "exponential(1 d)",
    "lognormal(8 h, 1 d)", "lognormal(12 h, 12 h)", "uniform(0 h, 2 d)", "uniform(1 d, 1 d)",
    "triangular(1 h, 2 h, 30 h)",
    "triangular(0 h, 0 h, 2 d)", "triangular(0 h, 2 d, 2 d)",
)  # fmt: skip
"""A few are equal, so that things meet at the same millisecond; one is half a millisecond too long."""
DELAYS_OF = (
    "clamp({a}, 0, 4)", "fixed(abs({a}))", "exponential(0.1 + abs({a}))", "lognormal(1 h, 1 h + abs({a}))",
    "lognormal(0.1 + abs({a}), 0.2 + 2 * abs({a}))", "uniform(0, abs({a}))", "uniform(abs({a}), 1 + abs({a}))",
    "triangular(0 h, abs({a}), 1 + abs({a}))",
)  # fmt: skip
LOOSE_DELAYS = (
    "{a} + 0 * t", "exponential({a} + 0 * t)",
    "lognormal({a} + 0 * t, {b} + 0 * t)", "uniform({a} + 0 * t, {b} + 0 * t)",
    "triangular(0 h, {a} + 0 * t, {b} + 0 * t)",
)  # fmt: skip

CASUALTIES = (
    0, 2, 2.5, 3.5, 0.5, -1, 3.6, "fixed(4)", "poisson(1.5)", "poisson(0)", "poisson(60)", "poisson(800)",
    "geometric(1.8)", "geometric(1)", "negbinomial(2, 0.7)", "negbinomial(0, 1)", "lognormal(2, 9)", "uniform(0, 5)",
    "uniform(-3, 4)", "triangular(0, 1, 6)", "triangular(-2, 0, 3)", "exponential(3)",
)  # fmt: skip
CASUALTIES_OF = (
    "clamp({a}, -1, 9)", "fixed(clamp({a}, 0, 9))", "poisson(clamp({a}, 0, 5))", "geometric(1 + clamp({a}, 0, 5))",
    "negbinomial(clamp({a}, 0, 5), 0.1 + clamp({b}, 0, 3))", "exponential(0.1 + clamp({a}, 0, 5))",
    "lognormal(1, 1 + clamp({a}, 0, 5))", "uniform(-1, clamp({a}, -1, 5))", "triangular(-1, clamp({a}, -1, 5), 6)",
)  # fmt: skip
INSIDE = (
    "3", "fixed(2.5)", "uniform(-1, 4)", "uniform(0, 5)", "triangular(-2, 1, 4)", "triangular(-3, -1, 2)",
    "exponential(2)", "lognormal(1, 3)", "poisson(0.4)", "poisson(7)", "geometric(2)", "geometric(1)",
    "negbinomial(1.2, 0.5)",
)  # fmt: skip
INSIDE_OF = (
    "1 + clamp({a}, 0, 3)", "fixed(0.3 + clamp({a}, 0, 3))", "uniform(-1, 1 + clamp({a}, 0, 3))",
    "triangular(-2, clamp({a}, -2, 3), 4)", "exponential(0.1 + clamp({a}, 0, 3))", "lognormal(1, 1 + clamp({a}, 0, 3))",
    "poisson(0.1 + clamp({a}, 0, 3))", "geometric(1 + clamp({a}, 0, 3))", "negbinomial(0.1 + clamp({a}, 0, 3), 2)",
)  # fmt: skip
LOOSE_CASUALTIES = (
    "({a}) * 1e13 + 0 * t", "poisson(min({a}, 40) + 0 * t)", "geometric(min({a}, 9) + 0 * t)",
    "negbinomial(2, {a} + 0 * t)", "hurdle({a} + 0 * t, geometric(2))", "hurdle(1, fixed({a} + 0 * t))",
    "hurdle(0.5, poisson(clamp({a}, 0, 9) + 0 * t))", "hurdle(0.9, triangular(-2, -1, clamp({a}, -0.5, 9) + 0 * t))",
    "exponential({a} + 0 * t)", "uniform({a} + 0 * t, {b})",
)  # fmt: skip


class Draws(Expressions):
    """Writes distributions too."""

    def range(self) -> dict[str, Any]:
        """What a parameter has besides its value, which is 0.5."""
        return self.dice.way(
            {},
            lambda: {"range": self.dice.one_of(RANGES)},
            lambda: {"range": self.dice.one_of(BOUNDED), "bounds": self.dice.one_of(BOUNDS)},
        )

    def delay(self) -> Any:
        """A delay."""
        if self.risky and self.dice.perhaps(10):
            return self.form(self.dice.one_of(LOOSE_DELAYS), RULE, 1)
        return self.dice.way(
            lambda: self.dice.one_of(DELAYS),
            lambda: self.dice.one_of(DELAYS),
            lambda: self.form(self.dice.one_of(DELAYS_OF), RULE, 1),
        )

    def casualties(self, here: Here) -> Any:
        """A number of people."""
        if self.risky and self.dice.perhaps(10):
            return self.form(self.dice.one_of(LOOSE_CASUALTIES), here, 1)
        share = self.dice.way("0.4", "0.9", "0", "1", lambda: f"clamp({self.leaf(here)}, 0, 1)")
        return self.dice.way(
            lambda: self.dice.one_of(CASUALTIES),
            lambda: self.form(self.dice.one_of(CASUALTIES_OF), here, 1),
            lambda: f"hurdle({share}, {self.dice.one_of(INSIDE)})",
            lambda: f"hurdle({share}, {self.form(self.dice.one_of(INSIDE_OF), here, 1)})",
        )

    def length(self) -> str:
        """A length of time above 0: a duration, or an expression of parameters."""
        if self.risky and self.cast.parameters and self.dice.perhaps(4):
            return self.dice.one_of(self.cast.parameters)
        days = f"0.1 + abs({self.leaf(PARAMETERS)}) / 2"
        return self.dice.one_of(("6 h", "2 d", "1 d", "30 min", days, days))
