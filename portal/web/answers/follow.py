"""Where an act led, as a page of ours, with the notice that its result gives."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.inbox.results import MailConfirmed, MailHandled
from portal.domain.results import (
    DeclarationHandled,
    DeclarationMade,
    Done,
    FeeTried,
    OfCase,
    OfOrder,
)
from portal.web.answers.respond import go, go_to
from portal.web.answers.stashed_form import return_url
from portal.web.shell.nav import address_of


def follow(done: Done) -> ResponseReturnValue:
    """The page of its order or case for this audience; of what has neither, the page that the form was on."""
    match done:
        case FeeTried(state="open", case_no=case_no):
            return go(".fee", case_no=case_no)
        case OfCase() | OfOrder() | DeclarationMade() | DeclarationHandled() | MailConfirmed() | MailHandled():
            return go_to(place_of(done), notice=done)
    return go_to(return_url(), notice=done)


def place_of(done: Done) -> str:
    """The address of its order, case or declaration; "" where it has none."""
    match done:
        case OfCase(case_no=case_no):
            return address_of("case", case_no=case_no)
        case OfOrder(order_no=order_no):
            return address_of("order", order_no=order_no)
        case DeclarationMade(public_id=public_id):
            return address_of("verify", public_id=public_id)
        case DeclarationHandled(public_id=public_id):
            return address_of("declaration", public_id=public_id)
        case MailConfirmed(public_id=public_id):
            return address_of("mail", public_id=public_id)
        case MailHandled():
            return address_of("inbox")
    return ""
