"""The methods of payment that a rail takes, in words beside the codes that its file names them by."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from portal.words.amounts import METHODS


def named_methods(methods: Iterable[str]) -> str:
    """`支付宝（alipay）、微信支付（wechat）`; a method of the shop's own is its code."""
    return str(_("、")).join(_named(method) for method in methods)


def _named(method: str) -> str:
    if method not in METHODS:
        return method
    return str(_("%(name)s（%(code)s）", name=str(METHODS[method]), code=method))
