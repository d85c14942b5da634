"""The forms of webhooks: an endpoint, a new secret, sending again, removing."""

from __future__ import annotations

import re

from portal.domain.typed_url import LONGEST_URL
from portal.fields import FormProblem, PolicyForm, RequestId, TextField
from portal.form_sets.shops import fresh_code
from portal.words.lazy_text import lazy_text as _
from portal.words.webhooks import webhook_problem

LONGEST_KINDS, LONGEST_CURSOR = 4_000, 40


class WebhookProblems(PolicyForm):
    """A form whose service may find something wrong that the form itself cannot know."""

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(field, code) pairs of the service's Invalid."""
        for name, reason in problems:
            code = "unknown" if name == "kinds" else reason
            self[name].errors = [FormProblem(code, webhook_problem(name, reason))]


class WebhookForm(WebhookProblems):
    """Where events are sent, and which."""

    url = TextField(
        _("接收地址"),
        limit=LONGEST_URL,
        required=True,
        autocomplete="off",
        inputmode="url",
        description=_("您自己的程序的https地址。保存后，从这时起发生的事件推送到那里。"),
    )
    kinds = TextField(
        _("哪些事件"),
        limit=LONGEST_KINDS,
        rows=3,
        autocomplete="off",
        description=_("每行一种，例如refund:succeeded，或refund:*表示退款的全部事件。不填就是全部。"),
    )
    code = fresh_code("webhook-code")
    request_id = RequestId()

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(re.split(r"[\s,，、]+", self.kinds.data or ""))


class WebhookRotateForm(WebhookProblems):
    """That there is to be a new secret."""

    code = fresh_code("rotate-code")
    request_id = RequestId()


class WebhookReplayForm(WebhookProblems):
    """From which event on."""

    after = TextField(
        _("从哪个cursor之后"),
        limit=LONGEST_CURSOR,
        required=True,
        autocomplete="off",
        description=_("事件里的cursor；0-0是从第一件起。之后的全部按顺序重发，新的事件排在后面。"),
    )
    request_id = RequestId()
