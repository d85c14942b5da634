"""May this be returned: the answer in a sentence, for programs that show it (P22)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.refusals import GROUNDS
from portal.words.sentences import Facts, Table, inner, plain, until

OPTIONS = Table(
    {
        "rule": (_l("%(until)s前可以申请，提交后立即通过。"), _l("可以申请，提交后立即通过。")),
        "shop": (_l("%(until)s前可以申请，由商家答复。"), _l("可以申请，由商家答复。")),
        "person": (_l("%(until)s前可以申请，由人工判断。"), _l("可以申请，由人工判断。")),
        ("rule", "cancel"): _l("可以取消，确认后立即取消。"),
        ("shop", "cancel"): _l("可以申请取消，仓库确认能拦下就取消。"),
    },
    {"until": until("until")},
    code=attrgetter("decided_by"),
    variant=lambda option: getattr(option, "act", ""),
)
"""Of an act on an order or a line of it, and of one reason of it."""


def _unit(reason: Facts) -> str:
    return reason.within.unit if reason.within else ""


GOODS_OPTIONS = Table(
    {
        "no_reason": (_l("签收后%(days)s天内可以无理由退货。"), _l("可以无理由退货，没有期限。")),
        "unopened": (
            _l("没有拆封或下载时，签收后%(days)s天内可以无理由退货。"),
            _l("没有拆封或下载时，可以无理由退货，没有期限。"),
        ),
        "exchange": (_l("签收后%(days)s天内可以申请换货，由商家答复。"), _l("可以申请换货，没有期限，由商家答复。")),
        "contract": (_l("签收后%(days)s天内可以撤回合同。"), _l("可以撤回合同，没有期限。")),
        ("fault", "days"): _l("有质量问题、发错、少发或与描述不符，签收后%(days)s天内自助申请；之后由人工判断。"),
        ("fault", "hours"): _l("有质量问题、发错、少发或与描述不符，签收后%(hours)s小时内自助申请；之后由人工判断。"),
        "other": _l("其他原因可以申请，由商家答复。"),
        "restricted": (
            _l("%(ground)s，不支持无理由退货。"),
            _l("不支持无理由退货。"),
        ),
        "none": _l("没有无理由退货。"),
    },
    {"days": plain("amount"), "hours": plain("amount"), "ground": inner(lambda reason: GROUNDS.find(reason.refusal))},
    code=attrgetter("code"),
    variant=_unit,
)
"""Of goods before they are bought."""
