"""Chance by lineage: keys from names and ancestry, draws as hashes of keys, distributions by inversion.

No generator has a state here. A key is 64 bits. A new key, or a draw, is ``mix(key ^ salt)`` where the salt
is a hash of what it is for and whose it is. So a draw depends on nothing but the ancestry of its event, the
names involved and the seed; asking for it twice, or not at all, changes nothing else.

``mix`` is the output function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014; constants by David
Stafford, variant 13), a bijection of 64 bits in which every input bit moves every output bit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence

MASK = 0xFFFFFFFFFFFFFFFF
_M1 = 0xBF58476D1CE4E5B9
_M2 = 0x94D049BB133111EB
_GAMMA = 0x9E3779B97F4A7C15
_UNIT = 2.0**-52


def salt(*words: str) -> int:
    """64 bits for a tuple of names: BLAKE2b of the words, each behind its length.

    >>> salt("rule", "answer", "us") == salt("rule", "answer", "us")
    True
    >>> salt("ab", "c") == salt("a", "bc")
    False
    """
    digest = hashlib.blake2b(digest_size=8)
    for word in words:
        data = word.encode()
        digest.update(len(data).to_bytes(4, "little") + data)
    return int.from_bytes(digest.digest(), "little")


def mix(bits: int) -> int:
    """The SplitMix64 output function of 64 bits.

    >>> hex(mix(0x9E3779B97F4A7C15))
    '0xe220a8397b1dcdaf'
    """
    bits = ((bits ^ (bits >> 30)) * _M1) & MASK
    bits = ((bits ^ (bits >> 27)) * _M2) & MASK
    return bits ^ (bits >> 31)


def run_key(seed: int, run: int) -> int:
    """The key that every root of run number `run` (from 0) descends from."""
    return numbered(salt("seed", str(seed)), run)


def numbered(key: int, number: int) -> int:
    """The key of child `number` (from 0): that output of the SplitMix64 sequence that starts at `key`."""
    return mix((key + (number + 1) * _GAMMA) & MASK)


def uniform(bits: int) -> float:
    """A number strictly between 0 and 1 from 64 bits: (k + ½) / 2⁵² of the upper 52."""
    return ((bits >> 12) + 0.5) * _UNIT


def draw(key: int, what: int) -> float:
    """The uniform number that `key` has for the purpose `what` (a salt): ``uniform(mix(key ^ what))``, in one go."""
    bits = key ^ what
    bits = ((bits ^ (bits >> 30)) * _M1) & MASK
    bits = ((bits ^ (bits >> 27)) * _M2) & MASK
    return (((bits ^ (bits >> 31)) >> 12) + 0.5) * _UNIT


def least(key: int, alternatives: Sequence[tuple[int, float]]) -> int:
    """The index of the alternative with the least −ln(u)/weight, or −1 if no weight is above 0.

    alternatives : (salt of the alternative's own name, weight of 0 or more) each. u is drawn for each
    from its own name, so that adding or re-ordering alternatives moves no choice among the others.
    The chance of each is its share of the weights (an exponential race).
    """
    best, chosen = math.inf, -1
    for index, (name, weight) in enumerate(alternatives):
        if weight > 0.0:
            time = -math.log(draw(key, name)) / weight
            if time < best:
                best, chosen = time, index
    return chosen


# Normal quantile: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988); about 1 part in 10¹⁶.
_A = (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
      4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
)  # fmt: skip
_B = (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
)  # fmt: skip
_C = (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
)  # fmt: skip
_D = (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
)  # fmt: skip
_E = (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
)  # fmt: skip
_F = (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
)  # fmt: skip


def _ratio(top: tuple[float, ...], bottom: tuple[float, ...], x: float) -> float:
    a, b, c, d, e, f, g, h = top
    upper = ((((((h * x + g) * x + f) * x + e) * x + d) * x + c) * x + b) * x + a
    a, b, c, d, e, f, g, h = bottom
    return upper / (((((((h * x + g) * x + f) * x + e) * x + d) * x + c) * x + b) * x + a)


def normal_quantile(u: float) -> float:
    """The standard normal quantile of `u` in (0, 1)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_A, _B, 0.180625 - q * q)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    x = _ratio(_C, _D, r - 1.6) if r <= 5.0 else _ratio(_E, _F, r - 5.0)
    return -x if q < 0.0 else x


Z90 = 1.2815515655446004  # the standard normal's 90th percentile


def uniform_quantile(u: float, low: float, high: float) -> float:
    """Uniform on [low, high]."""
    return low + (high - low) * u


def triangular_quantile(u: float, low: float, mode: float, high: float) -> float:
    """Triangular on [low, high] with its peak at `mode`."""
    left = (mode - low) / (high - low)
    if u < left:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


def exponential_quantile(u: float, mean: float) -> float:
    """Exponential with the given mean."""
    return -mean * math.log1p(-u)


def exp(x: float) -> float:
    """e to the power of `x`; infinity where that is too large, as in C."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def lognormal_quantile(u: float, median: float, p90: float) -> float:
    """Lognormal with the given median and 90th percentile."""
    return median * exp(math.log(p90 / median) / Z90 * normal_quantile(u))


def poisson_quantile(u: float, mean: float) -> int:
    """The least k with P(X ≤ k) ≥ u for a Poisson number."""
    if mean <= 0.0:
        return 0
    return _search(u, -mean, lambda k: math.log(mean / (k + 1)), mean)


def negbinomial_quantile(u: float, mean: float, k: float) -> int:
    """The same for a negative binomial number with variance mean + mean²/k."""
    if mean <= 0.0:
        return 0
    share = mean / (mean + k)
    return _search(u, -k * math.log1p(mean / k), lambda n: math.log((n + k) / (n + 1) * share), mean)


def geometric_quantile(u: float, mean: float) -> float:
    """The same for a geometric number on 1, 2, … with the given mean."""
    if mean <= 1.0:
        return 1
    number = math.log1p(-u) / math.log1p(-1.0 / mean)
    return max(1, math.ceil(number)) if number < 2.0**62 else number


def _search(u: float, log_first: float, log_step: Callable[[int], float], mean: float) -> int:
    """Add probabilities, kept as logarithms, until they reach `u`."""
    number, log_mass = 0, log_first
    total = math.exp(log_mass)
    while total < u:
        log_mass += log_step(number)
        number += 1
        before = total
        total += math.exp(log_mass)
        if total == before and number > mean:
            break
    return number


def share_at_zero(kind: str, arguments: Sequence[float]) -> float:
    """P(X ≤ 0) of a distribution before rounding: what ``hurdle`` leaves out."""
    if kind == "poisson":
        return math.exp(-arguments[0])
    if kind == "negbinomial":
        return math.exp(-arguments[1] * math.log1p(arguments[0] / arguments[1]))
    if kind == "uniform" and arguments[0] < 0.0:
        if arguments[1] <= 0.0:
            return 1.0
        return min(1.0, -arguments[0] / (arguments[1] - arguments[0]))
    if kind == "triangular" and arguments[0] < 0.0:
        low, mode, high = arguments
        if mode >= 0.0:
            return low * low / ((high - low) * (mode - low))
        return 1.0 if high <= 0.0 else 1.0 - high * high / ((high - low) * (high - mode))
    return 1.0 if kind == "fixed" and arguments[0] <= 0.0 else 0.0


QUANTILES: dict[str, Callable[..., float]] = {
    "fixed": lambda u, x: x,
    "uniform": uniform_quantile,
    "triangular": triangular_quantile,
    "exponential": exponential_quantile,
    "lognormal": lognormal_quantile,
    "poisson": poisson_quantile,
    "geometric": geometric_quantile,
    "negbinomial": negbinomial_quantile,
}


def hurdle_quantile(u: float, p: float, kind: str, arguments: Sequence[float]) -> float:
    """0 with chance 1 − p, else the distribution given that it is positive."""
    if u < 1.0 - p:
        return 0
    inner = (u - (1.0 - p)) / p
    zero = share_at_zero(kind, arguments)
    value = QUANTILES[kind](min(zero + inner * (1.0 - zero), 1.0 - 2.0**-53), *arguments)
    return max(value, 1) if isinstance(value, int) else value


REQUIRED: dict[
    str, tuple[str, Callable[..., bool]]
] = {  # distribution → what its arguments must fulfil, in words and as a test
    "fixed": ("a finite number", lambda x: True),
    "uniform": ("a low end not above the high end", lambda a, b: a <= b),
    "triangular": ("low, mode and high in this order", lambda a, m, b: a <= m <= b and a < b),
    "exponential": ("a mean above 0", lambda m: m > 0),
    "lognormal": ("a median above 0 and a 90th percentile not below it", lambda m, p: 0 < m <= p),
    "loguniform": ("0 < low < high", lambda a, b: 0 < a < b),
    "normal": ("a standard deviation above 0", lambda m, s: s > 0),
    "beta": ("both above 0", lambda a, b: a > 0 and b > 0),
    "gamma": ("shape and scale above 0", lambda a, b: a > 0 and b > 0),
    "poisson": ("a mean from 0 to 1,000,000", lambda m: 0 <= m <= 1e6),
    "geometric": ("a mean of 1 or more", lambda m: m >= 1),
    "negbinomial": ("a mean from 0 to 1,000,000 and a k above 0", lambda m, k: 0 <= m <= 1e6 and k > 0),
    "hurdle": ("a chance from 0 to 1", lambda p: 0 <= p <= 1),
}


def requirement_missed(kind: str, arguments: Sequence[float]) -> str:
    """In words what the arguments of a distribution must fulfil and do not, or an empty text."""
    words, fits = REQUIRED[kind]
    return "" if all(map(math.isfinite, arguments)) and fits(*arguments) else words
