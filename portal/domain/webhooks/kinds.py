"""Which events there are to be asked for, and which of them an endpoint wants.

A kind of event is `source:subject:action`. Who receives events asks for what happened, whoever did it:
`refund:succeeded`, or `refund:*` for all that happens to refunds; or a whole kind as the feed has it, which is what one
source alone did. A test holds the table to what the services write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_TABLE = """
address: changed
api_token: added retired
appeal: granted upheld
application: edited submitted
behalf: code_sent ended number_seen refused started
cancel: asked escalated stopped too_late
case: answered appealed applied_again approved asked claimed completed escalated expired handed_over not_solved
case: reduced rejected released reminded reopened snoozed solved taken_over urged withdrawn woken
coupon: given_back returned
credit: booked
customer: erased unmasked
declaration: closed made matched unmasked waits
dispute: lost opened won
early_refund: begun withheld
erasure: asked
exchange: no_stock
fee: collected declined on_delivery paid paying returned returning reversed voided waived
goods: inspected unannounced
goodwill: approved declined escalated granted lapsed opened proposed return_granted taken_back
guarantee: lengthened
handoff_key: added retired
invoice: asked declined paid paying reminded returned returning reversed voided waived
job: retried
macro: added changed removed
mail: put_aside received
member: away back changed disabled enabled invited joined linked provisioned reset signed_out
message: escalated sent
note: kept
notice: undelivered
notice_text: kept
offer: accepted declined lapsed made taken_back
order: archived brought_back cancelled expired taken_in updated urged
parcel: changed delivered handed_over picked_up received refused_at_door sent sent_back shipped
password: changed
payment: after_cancel taken
payout: credit original
pickup: asked booked called_off failed
points: given_back returned taken
policy: declined discarded drafted edited proposed published simulated taken_back voided
question: asked
rail: checked removed set
rails: reconciled
recovery_code: used
recovery_codes: renewed
refund: by_dispute escalated failed hurried parked pending planned renumbered reversed submitted succeeded taken
rejected: given_up send_back
replacement: arrived sent
session: ended opened others_ended switched
return_parcel: delivered lost refused returned
shipping: postponed restored
shop: added connector origins robot set
staff: added disabled enabled password_set sessions_ended totp_reset unlinked
stock: returned
surcharge: asked declined paid paying returned returning reversed voided
task: done
transfer: approved declined paid proposed seen taken_back
units: cancelled
webhook: added enabled failing gone removed replayed rotated
withdrawal: asked begun
"""
KINDS: tuple[str, ...] = tuple(
    f"{subject}:{action}"
    for subject, _, actions in (line.partition(": ") for line in _TABLE.strip().splitlines())
    for action in actions.split()
)
SUBJECTS: tuple[str, ...] = tuple(dict.fromkeys(kind.partition(":")[0] for kind in KINDS))
SOURCES = ("shopper", "guest", "staff", "system", "feed", "rail", "operator", "declarant")
TEST = "portal:webhook:tested"
"""What a test is sent as; it is no event, and no feed has it."""


def read_kinds(typed: Iterable[str]) -> tuple[str, ...]:
    """What was asked for, each once, in the order of the table, whole kinds last; none is every kind. Raises ValueError
    with the first that there is not."""
    asked = {kind.strip() for kind in typed if kind.strip()}
    known = (*KINDS, *(f"{subject}:*" for subject in SUBJECTS))
    whole = {kind for kind in asked if _is_whole(kind)}
    if unknown := sorted(asked.difference(known, whole)):
        raise ValueError(unknown[0])
    return (*(kind for kind in known if kind in asked), *sorted(whole))


def _is_whole(kind: str) -> bool:
    """The type of an event, as the feed has it."""
    source, _, rest = kind.partition(":")
    return source in SOURCES and rest in KINDS


def is_wanted(kinds: Sequence[str], event: str) -> bool:
    """Whether an endpoint that asked for `kinds` gets an event of this whole kind."""
    subject = event.partition(":")[2]
    return not kinds or subject in kinds or f"{subject.partition(':')[0]}:*" in kinds or event in kinds
