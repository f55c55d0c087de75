"""Postfix code, made shorter for the kernel without moving a bit.

A variable that a program reads again is kept, an operation whose second operand is a number takes it along, and
constants and parameters are the same thing: numbers that stand somewhere. An actor is the second operand (b), as
only it may be negative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sim.model.code import Instruction, Op

KEEP = 60
"""Keep what is on top of the stack as number (a)."""
WITH = 100
"""An operation on two operands, from here on, takes number (a) as its second one."""

_READS = (Op.WORLD, Op.OF_ACTOR, Op.OF_DYAD)
_EITHER_WAY = (Op.ADD, Op.MULTIPLY)


def most_kept(programs: Sequence[Sequence[Instruction]]) -> int:
    """The most variables that a program reads more than once."""
    return max((len(_read_again(code)) for code in programs), default=0)


def shortened(code: Sequence[Instruction], constants: int, kept: int) -> list[Instruction]:
    """The kernel's instructions of a program. Parameters stand behind the constants, what is kept from `kept` on."""
    places = {one: kept + number for number, one in enumerate(_read_again(code))}
    known: set[Instruction] = set()
    stack: list[list[Instruction]] = []
    for one in code:
        op = one[0]
        if op >= Op.CLAMP:
            parts = [stack.pop() for _ in range(3)]
            stack.append([*parts[2], *parts[1], *parts[0], one])
        elif op >= Op.ADD:
            right, left = stack.pop(), stack.pop()
            stack.append(_of_two(left, right, one))
        elif op >= Op.NEGATE or op in (Op.COUNT, Op.SINCE):
            stack.append([*stack.pop(), one])
        elif op == Op.WHO:
            stack.append([(op, 0, one[1], 0)])
        elif op == Op.PARAMETER:
            stack.append([_number(constants + one[1])])
        elif one not in places:
            stack.append([one])
        elif one in known:
            stack.append([_number(places[one])])
        else:
            known.add(one)
            stack.append([one, (KEEP, places[one], 0, 0)])
    return stack.pop()


def _read_again(code: Sequence[Instruction]) -> list[Instruction]:
    """The reads of variables that a program has more than once."""
    return [one for one, times in Counter(one for one in code if one[0] in _READS).items() if times > 1]


def _number(place: int) -> Instruction:
    return (int(Op.CONSTANT), place, 0, 0)


def _of_two(left: list[Instruction], right: list[Instruction], one: Instruction) -> list[Instruction]:
    if _is_number(right):
        return [*left, (WITH + one[0], right[0][1], 0, 0)]
    if _is_number(left) and one[0] in _EITHER_WAY:
        return [*right, (WITH + one[0], left[0][1], 0, 0)]
    return [*left, *right, one]


def _is_number(code: list[Instruction]) -> bool:
    return len(code) == 1 and code[0][0] == Op.CONSTANT
