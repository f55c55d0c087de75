"""Choices by a seeded generator, as many as a budget allows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Dice:
    """Choices by a seeded generator; when the budget is used up, always the first one."""

    def __init__(self, number: int, budget: int):
        self._random, self._left = random.Random(number), budget

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        self._left -= 1
        return self._random.randint(low, high) if self._left >= 0 else low

    def one_of(self, items: Sequence[T]) -> T:
        """One of some things."""
        return items[self.whole(0, len(items) - 1)]

    def some_of(self, items: Sequence[T], least: int = 0, most: int = 99) -> list[T]:
        """A few different ones of some things, in their order."""
        left, count = list(items), self.whole(min(least, len(items)), min(most, len(items)))
        while len(left) > count:
            left.pop(self.whole(0, len(left) - 1))
        return left

    def way(self, *ways: Any) -> Any:
        """One of several ways; one that is a function is only gone if it is chosen."""
        way = self.one_of(ways)
        return way() if callable(way) else way

    def perhaps(self, one_in: int = 2) -> bool:
        """True now and then."""
        return self.whole(1, one_in) == 1
