"""What a shop's program says of a hold, a parcel, or of points and coupons; and what it is answered."""

from __future__ import annotations

from typing import Annotated, Literal, Required

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from portal.schemas.order_body import ParcelStatus
from portal.schemas.order_values import CodeText, Moment

MOST_IDS = 200


class HoldAnswerBody(TypedDict, total=False):
    """`left_at`: when the parcel had left, of too_late."""

    answer: Required[Literal["stopped", "too_late"]]
    left_at: Moment | None


class HoldAnswered(TypedDict):
    """Which case it was."""

    case_no: str
    answer: Literal["stopped", "too_late"]


class ReturnedBenefitsBody(TypedDict):
    """`ids`: of the order's `benefits`, and `seq` of their events in the feed."""

    ids: Annotated[list[Annotated[int, Field(ge=1, le=2**31 - 1)]], Field(min_length=1, max_length=MOST_IDS)]


class BenefitsAnswered(TypedDict):
    """`returned`: how many of them are now; the others were before."""

    returned: int


class ParcelStatusBody(TypedDict, total=False):
    """`at`: when the carrier saw it so, now where it is not said. `carrier`, `order` or `case` say which parcel is
    meant where several have the number."""

    status: Required[ParcelStatus]
    at: Moment | None
    carrier: CodeText | None
    order: CodeText | None
    case: CodeText | None


class ParcelStatusAnswered(TypedDict):
    """Whose parcel it is. older: something newer is known of it."""

    result: Literal["updated", "unchanged", "older"]
    order: str
    case: str | None


HOLD: TypeAdapter[HoldAnswerBody] = TypeAdapter(HoldAnswerBody)
BENEFITS: TypeAdapter[ReturnedBenefitsBody] = TypeAdapter(ReturnedBenefitsBody)
PARCEL: TypeAdapter[ParcelStatusBody] = TypeAdapter(ParcelStatusBody)
