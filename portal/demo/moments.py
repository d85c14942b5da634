"""The demo's dates, all counted from the moment it is loaded, so that every window and deadline is alive."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
SATURDAY = 5


class Moments:
    """Moments before and after `now` (aware), in Chinese time (+08:00), on whole minutes."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(CHINA).replace(second=0, microsecond=0)

    def ago(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> datetime:
        return self.now - timedelta(days=days, hours=hours, minutes=minutes)

    def ahead(self, *, days: int = 0, hours: int = 0) -> datetime:
        return self.now + timedelta(days=days, hours=hours)

    def at(self, days_ago: int, clock: str) -> datetime:
        """`clock` (`21:30`) of the day that many days ago, at least one."""
        day = self.now.date() - timedelta(days=days_ago)
        return datetime.combine(day, time.fromisoformat(clock), CHINA)

    def end_of_day(self, days_ahead: int) -> datetime:
        """23:59 of a day: a negative number is in the past."""
        return datetime.combine(self.now.date() + timedelta(days=days_ahead), time(23, 59), CHINA)

    def last_saturday(self) -> int:
        """How many days ago it was, 1 to 7: what was signed for then has a seventh day that is a day of rest."""
        return (self.now.weekday() - SATURDAY) % 7 or 7
