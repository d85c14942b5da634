"""The words of a return slip in the reader's language, once for the page and the PDF (WORDS, copy deck 12)."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from portal.domain.identity.masks import masked_name, masked_phone
from portal.domain.returning.slip import SlipFact, SlipSheet
from portal.pages.values.slips import SlipPage
from portal.web.request.current import current_locale
from portal.web.request.languages import read_in
from portal.web.shell.filters import ends, money, shop_hours
from portal.web.shell.saying import said
from portal.words.codes import word


def sheet_of(page: SlipPage) -> SlipSheet:
    read_in(page.zone)
    return SlipSheet(
        language=current_locale(),
        title=_("退货单"),
        number_label=_("退货单号"),
        return_no=page.return_no,
        codes=page.codes,
        facts=tuple(_facts(page)),
        send_to_title=_("寄到"),
        send_to=send_to(page),
        items_title=_("退回的商品"),
        columns=(_("商品"), _("规格"), _("货号"), _("件数"), _("收到")),
        items=page.items,
        conditions_title=_("寄出前请确认"),
        conditions=tuple(word(code, "condition") for code in page.conditions),
        steps_title=_("怎么寄"),
        steps=tuple(_steps(page)),
    )


def _facts(page: SlipPage) -> Iterable[SlipFact]:
    if page.send_by:
        yield SlipFact(_("寄出期限"), _("%(time)s前", time=ends(page.send_by)))
    yield SlipFact(_("退货原因"), word(page.reason, "apply_reason") if page.reason else word(page.kind, "kind"))
    yield SlipFact(_("店铺"), page.shop_name)
    yield SlipFact(_("订单号"), page.order_no)
    yield SlipFact(_("售后单号"), page.case_no)
    if sender := page.sender:
        masked = f"{masked_name(sender.name)} {masked_phone(sender.phone)}"
        yield SlipFact(_("寄件人"), f"{sender.name} {sender.phone}".strip(), masked.strip())
    handling = page.handling
    if handling and handling.carriage == "shop" and handling.carriage_cap:
        cap = money(handling.carriage_cap)
        words = _("运费由商家承担：请先垫付寄回运费并留好凭证，验货后随退款补给您，最高%(amount)s。", amount=cap)
        yield SlipFact(_("寄回运费"), words)
    elif handling and handling.carriage == "customer":
        yield SlipFact(_("寄回运费"), _("寄回运费由您承担。"))


def send_to(page: SlipPage) -> tuple[str, ...]:
    """The lines of the shop's address, or whom to ask for it (CN-14: a true one, or none)."""
    to = page.send_to
    if to:
        lines = (f"{to.name} {to.phone}", f"{to.region}{to.address}", to.postcode)
        return tuple(line.strip() for line in lines if line.strip())
    hours = shop_hours(page.contact.hours.in_locale(current_locale()))
    reach = " ".join(part for part in (page.contact.phone, hours, page.contact.mail) if part)
    asking = _("商家还没有登记退货地址，请先联系客服问清楚再寄。")
    return (asking, reach) if reach else (asking,)


def _steps(page: SlipPage) -> Iterable[str]:
    if page.state == "approved":
        yield _("商家收到退回的包裹后退款，不用您再寄")
        return
    yield _("打印退货单或把退货单号%(number)s写在纸上，放进包裹", number=page.return_no)
    is_on_paper = page.invoice is not None and page.invoice.kind == "paper"
    with_it = (_("、赠品") if page.has_gift else "") + (_("、发票") if is_on_paper else "")
    yield _("商品、配件、吊牌%(more)s一起包好", more=with_it)
    if page.invoice:
        yield said("invoice", page.invoice).striptags()
    yield _("寄到上面的地址") if page.send_to else _("问清退货地址后再寄")
    yield _("选可以查询的快递，不要到付、不要平邮")
    yield _("回到售后单的页面填写快递单号，留好面单")
