"""What a cell of a workbook holds, as the text a table would have there. Pure.

A spreadsheet keeps 15 digits of a number. One with more has lost the rest, and comes out as the spreadsheet would have
shown it (`2.02611201234567E+17`), which is told apart from what it was (`cells.is_rounded`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

DIGITS_KEPT = 15


def number_text(value: float, pattern: str = "General") -> str:
    """As it is read, without an exponent: 59.9, 0.3 for 0.30000000000000004. A format of zeros alone (`00000`) is for
    numbers that are names, such as postcodes: they have as many digits as it says."""
    if abs(value) >= 10**DIGITS_KEPT:
        return f"{Decimal(value):.14E}"
    if pattern == "0" * len(pattern) and value == int(value) and value >= 0:
        return f"{int(value):0{len(pattern)}d}"
    return format(Decimal(format(value, f".{DIGITS_KEPT}g")), "f")


def moment_text(value: date | time | timedelta, zone: ZoneInfo) -> str:
    """A date and time of that zone as ISO 8601 with its offset, to the second: a spreadsheet keeps fractions of a day.
    A time without a date is none that an order could have: it stays as it reads."""
    if isinstance(value, (time, timedelta)):
        return str(value)
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    whole = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return (whole if whole.tzinfo else whole.replace(tzinfo=zone)).isoformat()
