"""Somebody who floods the bot is slowed: a short burst passes, then one message a second."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

BURST = 45
"""three albums of ten photos at once and lively tapping pass"""
PER_SECOND = 1.0
REMEMBERED = 10_000
TELL_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Verdict:
    """Whether a message is served; if not, whether the person is told."""

    served: bool
    told: bool = False


@dataclass
class Bucket:
    """How much one person may still say."""

    left: float
    at: datetime
    told_at: datetime | None = None


@dataclass
class Flood:
    """Token buckets of people who wrote lately."""

    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def judge(self, who: tuple[str, str], now: datetime) -> Verdict:
        """Count one message."""
        bucket = self.buckets.pop(who, None) or Bucket(BURST, now)
        self.buckets[who] = bucket  # last in order, so that the first is the one heard of longest ago
        if len(self.buckets) > REMEMBERED:
            self.buckets.pop(next(iter(self.buckets)))
        refill = max((now - bucket.at).total_seconds(), 0.0) * PER_SECOND  # clocks may be set back
        bucket.left, bucket.at = min(bucket.left + refill, BURST), now
        if bucket.left >= 1:
            bucket.left -= 1
            return Verdict(served=True)
        told = bucket.told_at is None or now - bucket.told_at > TELL_EVERY
        bucket.told_at = now if told else bucket.told_at
        return Verdict(served=False, told=told)
