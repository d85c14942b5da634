"""The forms of a shop's settings: who may frame it, its hand-off keys, its looks."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal.domain.embedding.hand_over import ALGORITHMS
from portal.domain.embedding.origins import MOST_ORIGINS, BadOrigin, origin_of, read_origin
from portal.domain.shops.colours import READABLE, read_colour
from portal.domain.shops.profile import Theme
from portal.domain.typed import typed_count
from portal.fields import FormProblem, Offer, PlanDigest, PolicyForm, ReasonField, RequestId, TextField
from portal.words.lazy_text import lazy_text as _

MODES = ("auto", "light", "dark")
LOCALES = ("zh-CN", "en")
LARGEST_RADIUS = 24


class FixedChoice(ReasonField):
    """One of a few that are always the same, whatever the offer."""

    def __init__(self, label: Any = None, *, choices: tuple[str, ...], kind: str, **kwargs: Any) -> None:
        super().__init__(label, kind=kind, **kwargs)
        self.codes = choices

    def take(self, offer: Offer) -> None:
        """Nothing of it."""

    def pre_validate(self, form: BaseForm) -> None:
        if self.data not in self.codes:
            raise StopValidation(FormProblem("required", gettext("请选择一项。")))


def fresh_code(name: str) -> TextField:
    """What staff type to let somebody else in: a code that was not used yet."""
    return TextField(
        _("动态验证码"),
        id=name,
        limit=12,
        required=True,
        autocomplete="one-time-code",
        inputmode="numeric",
        description=_("验证器里当前的6位数字，登录时用过的要等下一个。"),
    )


class OriginForm(PolicyForm):
    """A site that may frame the portal."""

    origin = TextField(
        _("要添加的网站"),
        limit=300,
        required=True,
        description=_("例如https://www.shop.example，不带路径；端口不同要分别添加。"),
    )
    code = fresh_code("origin-code")
    request_id = RequestId()

    def validate_origin(self, field: Any) -> None:
        try:
            read_origin(field.data)
        except BadOrigin as bad:
            raise StopValidation(origin_problem(bad, field.data)) from None

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """What the service found: another code, or as many named already as there can be."""
        if any(field == "code" for field, _reason in problems):
            self.code.errors = [FormProblem("wrong", gettext("动态验证码不正确或已经用过，请等下一个再填写。"))]
            return
        told = gettext("最多%(count)d个，先移除不用的，再添加。", count=MOST_ORIGINS)
        self.origin.errors = [FormProblem("too_many", told)]


class RemoveOriginForm(PolicyForm):
    """That one is no longer to frame it; `shown` is the digest of what its page said."""

    origin = TextField("", limit=300, required=True)
    shown = PlanDigest()
    request_id = RequestId()


class KeyForm(PolicyForm):
    """A new hand-off key: ours for HS256, the shop's public one for EdDSA."""

    algorithm = FixedChoice(_("算法"), choices=ALGORITHMS, kind="algorithm", default="HS256")
    public_key = TextField(
        _("公钥（PEM）"),
        limit=2000,
        rows=5,
        description=_("选EdDSA时粘贴Ed25519公钥，以-----BEGIN PUBLIC KEY-----开头；选HS256不用填。"),
    )
    code = fresh_code("key-code")
    request_id = RequestId()

    def validate_public_key(self, field: Any) -> None:
        if self.algorithm.data != "EdDSA":
            field.data = ""
            return
        if "PRIVATE KEY" in field.data:
            # It must not stand in the page that comes back.
            field.data = ""
            told = gettext("这是私钥，没有保存。私钥只能留在您的服务器上：请重新生成一对，再粘贴公钥。")
            raise StopValidation(FormProblem("private_key", told))
        if not field.data.startswith("-----BEGIN PUBLIC KEY-----"):
            raise StopValidation(
                FormProblem("not_pem", gettext("请粘贴完整的PEM公钥，包括-----BEGIN PUBLIC KEY-----这一行。"))
            )

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """What the service found: another code, no room for another key, or a key of another kind."""
        if any(field == "code" for field, _reason in problems):
            self.code.errors = [FormProblem("wrong", gettext("动态验证码不正确或已经用过，请等下一个再填写。"))]
        elif any(field == "key" for field, _reason in problems):
            told = gettext("已有两把有效密钥。请先停用一把，再添加。")
            self.algorithm.errors = [FormProblem("two_live", told)]
        else:
            told = gettext(
                "不是Ed25519公钥（可能是RSA、EC，或者没有复制完整）。用openssl genpkey -algorithm ed25519生成。"
            )
            self.public_key.errors = [FormProblem("other_key", told)]


class RetireKeyForm(PolicyForm):
    """That a key is no longer to count."""

    shown = PlanDigest()
    request_id = RequestId()


class Accent(TextField):
    """`#rrggbb`. Whether it can be read is another question (`ThemeForm.refuse_unreadable`)."""

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        try:
            self.data = read_colour(self.data or "")
        except ValueError:
            raise StopValidation(FormProblem("colour", gettext("请按#14527a这样填写颜色。"))) from None


class Radius(TextField):
    """Whole pixels."""

    @property
    def pixels(self) -> int:
        return typed_count(self.data or "") or 0

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        pixels = typed_count(self.data or "")
        if pixels is None or not 0 <= pixels <= LARGEST_RADIUS:
            told = gettext("请填写0到%(most)d的整数。", most=LARGEST_RADIUS)
            raise StopValidation(FormProblem("radius", told))


class ThemeForm(PolicyForm):
    """Accent, corners, light or dark, and the language that frames begin in."""

    accent = Accent(_("主色"), limit=7, required=True, description=_("按钮和链接的颜色，例如#14527a。"))
    radius = Radius(_("圆角（像素）"), limit=2, required=True, kind="number", inputmode="numeric")
    mode = FixedChoice(_("明暗"), choices=MODES, kind="mode")
    locale = FixedChoice(_("默认语言"), choices=LOCALES, kind="locale")
    request_id = RequestId()

    def refuse_unreadable(self, found: float) -> None:
        """White text has a contrast of `found` on the accent, and that is too little."""
        told = gettext(
            "白色文字在这个颜色上的对比度是%(found).2f，至少要%(needed)s，请选深一些的颜色。",
            found=found,
            needed=READABLE,
        )
        self.accent.errors = [FormProblem("contrast", told)]

    @property
    def theme(self) -> Theme:
        """Only of a form that is valid."""
        return Theme(accent=self.accent.data, radius=self.radius.pixels, mode=self.mode.data)


def origin_problem(bad: BadOrigin, written: str) -> FormProblem:
    """What is wrong with it and how to write it."""
    match bad.code:
        case "wildcard":
            told = gettext("不能用*，请逐个添加网站。")
        case "more":
            told = gettext("只写协议、域名和端口，不带路径：%(origin)s", origin=_meant(written))
        case "insecure":
            told = gettext("必须是https。http只能用于本机测试，例如http://localhost:3000。")
        case _:
            told = gettext("看不出是哪个网站，请按https://www.shop.example这样填写。")
    return FormProblem(bad.code, told)


def _meant(written: str) -> str:
    try:
        return origin_of(written)
    except BadOrigin:
        return "https://www.shop.example"
