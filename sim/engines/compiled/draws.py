"""Chance in the kernel: :mod:`sim.chance` in whole 64-bit numbers, the same to the last bit."""

from __future__ import annotations

import math

import numpy as np

from sim import chance
from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import KINDS

M1, M2, GAMMA = np.uint64(chance._M1), np.uint64(chance._M2), np.uint64(chance._GAMMA)
S12, S27, S30, S31 = np.uint64(12), np.uint64(27), np.uint64(30), np.uint64(31)
UNIT, Z90, INF = chance._UNIT, chance.Z90, math.inf
A, B, C, D, E, F = chance._A, chance._B, chance._C, chance._D, chance._E, chance._F
NEARLY_ONE = 1.0 - 2.0**-53
(FIXED, UNIFORM, TRIANGULAR, EXPONENTIAL, LOGNORMAL, POISSON, GEOMETRIC, NEGBINOMIAL, HURDLE, LOGUNIFORM, NORMAL) = (
    KINDS.index(kind)
    for kind in ("fixed", "uniform", "triangular", "exponential", "lognormal", "poisson", "geometric", "negbinomial",
                 "hurdle", "loguniform", "normal")
)  # fmt: skip

uniform_quantile = inlined(chance.uniform_quantile)
triangular_quantile = inlined(chance.triangular_quantile)
exponential_quantile = inlined(chance.exponential_quantile)
ratio = inlined(chance._ratio)


@inlined
def mix(bits: np.uint64) -> np.uint64:
    bits = (bits ^ (bits >> S30)) * M1
    bits = (bits ^ (bits >> S27)) * M2
    return bits ^ (bits >> S31)


@inlined
def numbered(key: np.uint64, number: int) -> np.uint64:
    return mix(key + np.uint64(number + 1) * GAMMA)


@inlined
def draw(key: np.uint64, what: np.uint64) -> float:
    return (np.int64(mix(key ^ what) >> S12) + 0.5) * UNIT


@called
def normal_quantile(u: float) -> float:
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * ratio(A, B, 0.180625 - q * q)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    x = ratio(C, D, r - 1.6) if r <= 5.0 else ratio(E, F, r - 5.0)
    return -x if q < 0.0 else x


@called
def poisson_quantile(u: float, mean: float) -> float:
    if mean <= 0.0:
        return 0.0
    number, log_mass = 0, -mean
    total = math.exp(log_mass)
    while total < u:
        log_mass += math.log(mean / (number + 1))
        number += 1
        before = total
        total += math.exp(log_mass)
        if total == before and number > mean:
            break
    return float(number)


@called
def negbinomial_quantile(u: float, mean: float, k: float) -> float:
    if mean <= 0.0:
        return 0.0
    share = mean / (mean + k)
    number, log_mass = 0, -k * math.log1p(mean / k)
    total = math.exp(log_mass)
    while total < u:
        log_mass += math.log((number + k) / (number + 1) * share)
        number += 1
        before = total
        total += math.exp(log_mass)
        if total == before and number > mean:
            break
    return float(number)


@called
def quantile(kind: int, u: float, a: float, b: float, c: float) -> float:
    """The quantile of a distribution that is not a hurdle."""
    if kind == FIXED:
        return a
    if kind == UNIFORM:
        return uniform_quantile(u, a, b)
    if kind == TRIANGULAR:
        return triangular_quantile(u, a, b, c)
    if kind == EXPONENTIAL:
        return exponential_quantile(u, a)
    if kind == LOGNORMAL:
        return a * math.exp(math.log(b / a) / Z90 * normal_quantile(u))
    if kind == POISSON:
        return poisson_quantile(u, a)
    if kind == NEGBINOMIAL:
        return negbinomial_quantile(u, a, b)
    if a <= 1.0:  # geometric
        return 1.0
    return max(1.0, np.ceil(math.log1p(-u) / math.log1p(-1.0 / a)))


@called
def is_allowed(kind: int, a: float, b: float, c: float) -> bool:
    """Whether the arguments fulfil what :data:`sim.chance.REQUIRED` asks; those it does not have are 0."""
    if not (abs(a) < INF and abs(b) < INF and abs(c) < INF):
        return False
    if kind == UNIFORM:
        return a <= b
    if kind == TRIANGULAR:
        return a <= b <= c and a < c
    if kind == EXPONENTIAL:
        return a > 0.0
    if kind == LOGNORMAL:
        return 0.0 < a <= b
    if kind == POISSON:
        return 0.0 <= a <= 1e6
    if kind == GEOMETRIC:
        return a >= 1.0
    if kind == NEGBINOMIAL:
        return 0.0 <= a <= 1e6 and b > 0.0
    return kind != HURDLE or 0.0 <= a <= 1.0


@called
def share_at_zero(kind: int, a: float, b: float, c: float) -> float:
    """See :func:`sim.chance.share_at_zero`."""
    if kind == POISSON:
        return math.exp(-a)
    if kind == NEGBINOMIAL:
        return math.exp(-b * math.log1p(a / b))
    if kind == UNIFORM and a < 0.0:
        return min(1.0, -a / (b - a))
    if kind == TRIANGULAR and a < 0.0:
        if b >= 0.0:
            return a * a / ((c - a) * (b - a))
        return 1.0 if c <= 0.0 else 1.0 - c * c / ((c - a) * (c - b))
    return 1.0 if kind == FIXED and a <= 0.0 else 0.0


@called
def hurdle_quantile(u: float, p: float, kind: int, a: float, b: float, c: float) -> float:
    """See :func:`sim.chance.hurdle_quantile`; `u` is beyond 1 − p."""
    inner = (u - (1.0 - p)) / p
    zero = share_at_zero(kind, a, b, c)
    share = zero + inner * (1.0 - zero)
    value = quantile(kind, NEARLY_ONE if share > NEARLY_ONE else share, a, b, c)
    counts = kind in (POISSON, GEOMETRIC, NEGBINOMIAL)
    return 1.0 if counts and value < 1.0 else value
