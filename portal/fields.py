"""Our form fields: declared in forms, drawn by components/forms.html, filled with what the decision offers.

A field that depends on the decision takes its choices or limits from the form's `offer` before the input is read, so
what is shown and what is checked cannot differ (TRAPS T36). Errors are `FormProblem`s: words with a code for scripts.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field, HiddenField, StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.domain.typed import ALL, count_of, quantities_sent

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z", re.ASCII)


class FormProblem(str):
    """What is wrong and how to correct it, in the reader's words; `code` becomes `data-error`, `line_id` the place."""

    code: str
    line_id: str

    def __new__(cls, code: str, text: str, line_id: str = "") -> Self:
        problem = super().__new__(cls, text)
        problem.code = code
        problem.line_id = line_id
        return problem


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLimit:
    """A line whose units may be chosen: at most `most` of `quantity`; `hint` says why that is less.

    `value` is what the control shows at first, `most` unless told.
    """

    line_id: str
    label: str
    most: int
    quantity: int
    hint: str = ""
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the decision lets a form offer: reason codes, whether one is needed, units per line, the digest shown, and
    of an answer the codes of a refusal that apply; `payouts`: how money may go back, where that is a choice."""

    reasons: Sequence[str] = ()
    needs_reason: bool = True
    lines: Sequence[UnitLimit] = ()
    shown: str = ""
    refusing: Sequence[str] = ()
    payouts: Sequence[str] = ()


class PolicyForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Base of all forms. CSRF is checked once for every POST, before any form is looked at.

    A form with `shown`, and one that says `confirms`, is a confirmation: `is_too_soon` judges whether it was read; the
    app sets it (portal.web.security.confirming).
    """

    confirms: ClassVar[bool] = False
    is_too_soon: ClassVar[staticmethod[[], bool]] = staticmethod(lambda: False)

    class Meta:
        csrf = False

        def get_translations(self, form: Any) -> None:
            """Every sentence is our own: the library's catalogue would be read from disk for each form."""

    def __init__(self, formdata: Any = _Auto, *, offer: Offer | None = None, **kwargs: Any) -> None:
        self.offer = offer or Offer()
        super().__init__(formdata, **kwargs)

    def process(self, *args: Any, **kwargs: Any) -> None:
        for field in self:
            if isinstance(field, TakesOffer):
                field.take(self.offer)
        super().process(*args, **kwargs)

    @property
    def is_confirmation(self) -> bool:
        return self.confirms or "shown" in self

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_valid = bool(super().validate(*args, **kwargs))
        if self.is_confirmation and self.is_too_soon():
            self.form_errors.append(FormProblem("too_soon", _("请看过这一页的内容，再确认一次。")))
            return False
        return is_valid

    @property
    def problems(self) -> list[tuple[str, Any]]:
        """(id of the control, problem) of every error, in the order of the form: the summary at the top."""
        return [(_place(field, error), error) for field in self for error in field.errors]


def _place(field: Field, error: Any) -> str:
    line_id = getattr(error, "line_id", "")
    if line_id:
        return f"quantity-{line_id}"
    first = getattr(field, "first_id", "")
    return str(first or field.id)


class TakesOffer:
    """A field that depends on the decision."""

    def take(self, offer: Offer) -> None:
        """Narrows the field to what the offer leaves."""


class TextField(StringField):
    """Text of at most `limit` characters, stripped. `rows` above 1 makes it a box with a counter."""

    data: str  # of a valid form; None only where nothing was sent

    def __init__(
        self,
        label: Any = None,
        *,
        limit: int,
        rows: int = 1,
        required: bool = False,
        kind: str = "text",
        autocomplete: str = "",
        inputmode: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.limit, self.rows, self.required, self.kind = limit, rows, required, kind
        self.autocomplete, self.inputmode = autocomplete, inputmode

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0]).replace("\r\n", "\n")
            self.data = self.data if self.kind == "password" else self.data.strip()

    def pre_validate(self, form: BaseForm) -> None:
        text = self.data or ""
        if self.required and not text:
            raise StopValidation(FormProblem("required", _("请填写%(label)s。", label=self.label.text)))
        if len(text) > self.limit:
            over = _(
                "%(label)s最多%(limit)d个字，现在有%(count)d个。",
                label=self.label.text,
                limit=self.limit,
                count=len(text),
            )
            raise StopValidation(FormProblem("too_long", over))
        if "\0" in text or (self.rows == 1 and "\n" in text):
            raise StopValidation(FormProblem("characters", _("有不能使用的字符，请重新填写。")))


class ReasonField(TakesOffer, Field):
    """One of the reasons that apply, as a radio list. `kind` names the family of words: cancel → `cancel_reason`."""

    def __init__(self, label: Any = None, *, kind: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.family = f"{kind}_reason"
        self.codes: tuple[str, ...] = ()
        self.is_needed = True

    @property
    def first_id(self) -> str:
        return f"{self.id}-{self.codes[0]}" if self.codes else str(self.id)

    def take(self, offer: Offer) -> None:
        self.codes, self.is_needed = tuple(offer.reasons), offer.needs_reason

    def pre_validate(self, form: BaseForm) -> None:
        if not self.data and self.is_needed:
            raise StopValidation(FormProblem("required", _("请选择%(label)s。", label=self.label.text)))
        if self.data and self.data not in self.codes:
            raise StopValidation(
                FormProblem("not_offered", _("%(label)s不在可选的范围，请另选一个。", label=self.label.text))
            )


class UnitQuantities(TakesOffer, Field):
    """Units per line from inputs named `quantity-<line_id>`; `data` is `{line_id: units}` without zeros.

    Nothing sent at all leaves `data` empty, which means everything that may go. Too many, a negative number or
    anything that is not a number is an error of its line, never cut (INTERFACE).
    """

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.limits: tuple[UnitLimit, ...] = ()
        self.typed: dict[str, str] = {}
        self.line_problems: dict[str, FormProblem] = {}
        self.is_sent = False

    @property
    def first_id(self) -> str:
        return f"quantity-{self.limits[0].line_id}" if self.limits else str(self.id)

    @property
    def has_sum(self) -> bool:
        """Something that can be is chosen, or nothing was sent, which means everything: no total stands beside a choice
        of nothing or an error."""
        return not self.errors and bool(self.data or not self.is_sent)

    def take(self, offer: Offer) -> None:
        self.limits = tuple(offer.lines)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[Any] = []
        self.object_data = data
        self.data = {limit.line_id: _first(limit) for limit in self.limits}
        self.typed = {line_id: str(count) for line_id, count in self.data.items()}
        if formdata:
            self._read(formdata)

    def _read(self, formdata: Any) -> None:
        sent = quantities_sent(formdata)
        if formdata.get("step") == ALL:
            sent |= {limit.line_id: str(limit.most) for limit in self.limits}
        self.is_sent = bool(sent)
        self.typed = {**dict.fromkeys(self.typed, "0"), **sent} if sent else self.typed
        self.data = {}
        most = {limit.line_id: limit.most for limit in self.limits}
        for line_id, text in sent.items():
            count = self._count(line_id, text, most.get(line_id, 0))
            if count:
                self.data[line_id] = count

    def _count(self, line_id: str, text: str, most: int) -> int:
        count = count_of(text)
        if count is None:
            self._add(FormProblem("not_a_number", _("请填写数字。"), line_id))
            return 0
        if count < 0:
            self._add(FormProblem("negative", _("数量不能小于0。"), line_id))
        elif count > most:
            self._add(FormProblem("too_many", _("最多%(most)d件。", most=most), line_id))
        return count

    def _add(self, problem: FormProblem) -> None:
        self.line_problems[problem.line_id] = problem
        self.process_errors.append(problem)

    def check_typed(self) -> None:
        """For a quote, which is no submission: what was typed has to make sense; that nothing is chosen yet is fine."""
        self.errors = list(self.process_errors)

    def pre_validate(self, form: BaseForm) -> None:
        if self.is_sent and not self.data and not self.process_errors:
            raise StopValidation(FormProblem("none_chosen", _("请至少选择一件商品。")))


def _first(limit: UnitLimit) -> int:
    return limit.most if limit.value is None else limit.value


class PlanDigest(TakesOffer, HiddenField):
    """`shown`: the digest of what the page has summarised. `data` is what was sent, `current` what to send next."""

    current = ""

    def take(self, offer: Offer) -> None:
        self.current = offer.shown

    def _value(self) -> str:
        return self.current


class RequestId(HiddenField):
    """`request_id`: the same one never acts twice. Made with the page, kept when the form is shown again."""

    data: str  # of a valid form; None only where nothing was sent

    def __init__(self, label: Any = None, *, make: Callable[[], str] = lambda: secrets.token_urlsafe(18), **kw: Any):
        super().__init__(label, default=make, **kw)

    def pre_validate(self, form: BaseForm) -> None:
        if not _REQUEST_ID.match(self.data or ""):
            raise StopValidation(FormProblem("request_id", _("这个表单不完整，请刷新页面再提交。")))
