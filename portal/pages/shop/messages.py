"""提问: which order it is about, and the thread that it goes on, where there is one."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.pages.values.messages import QuestionPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading


def ask_page(*, order_no: str, actor: Actor, deps: Deps) -> QuestionPage:
    """Raises NotFound."""
    with reading(deps) as work:
        order_id = work.evidence.order_id_of(actor, order_no=order_no)
        return QuestionPage(order_no=order_no, case_no=work.cases.question_of(order_id))
