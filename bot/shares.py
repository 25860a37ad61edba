"""Shares that were counted: what is known of them, of the difference between two, and how many it takes to tell.

Intervals are Wilson's (1927) and Newcombe's (1998, his method 10): they hold for small numbers, and near 0 and 1 too.
"""

from math import ceil, sqrt
from statistics import NormalDist


def interval(share: float, count: int, sure: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share that was counted over so many; `sure` is how often such an interval is right."""
    if not count:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + sure) / 2)
    middle = share + z * z / (2 * count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (middle - half) / (1 + z * z / count)), min(1.0, (middle + half) / (1 + z * z / count))


def difference(one: tuple[int, int], other: tuple[int, int], sure: float = 0.95) -> tuple[float, float]:
    """Newcombe's interval of how much larger the share of `one` is than that of `other`; both are (how many, of)."""
    share, rest = (hits / of if of else 0.5 for hits, of in (one, other))
    low, high = interval(share, one[1], sure)
    rest_low, rest_high = interval(rest, other[1], sure)
    apart = share - rest
    return apart - sqrt((share - low) ** 2 + (rest_high - rest) ** 2), apart + sqrt(
        (high - share) ** 2 + (rest - rest_low) ** 2
    )


def needed(apart: float, ratio: float, alpha: float, power: float) -> tuple[int, int]:
    """How many it takes to see a difference this large: in the smaller group, and in one `ratio` times as large.

    Two-sided. For shares around a half, where it takes the most: whatever the shares are, this many are enough.
    """
    small, large = 0.5 - apart / 2, 0.5 + apart / 2
    pooled = (small + ratio * large) / (1 + ratio)
    sure, found = NormalDist().inv_cdf(1 - alpha / 2), NormalDist().inv_cdf(power)
    spread = sure * sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    spread += found * sqrt(small * (1 - small) + large * (1 - large) / ratio)
    smaller = ceil((spread / apart) ** 2)
    return smaller, ceil(smaller * ratio)
