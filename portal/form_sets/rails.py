"""The forms of a shop's rails."""

from __future__ import annotations

from portal.domain.refunds.rails import RAIL_KINDS
from portal.fields import FormProblem, PolicyForm, RequestId, TextField
from portal.form_sets.shops import FixedChoice, fresh_code
from portal.words.lazy_text import lazy_text as _

LONGEST_CONFIG = 40_000


class RailForm(PolicyForm):
    """What is pasted is never shown again, not even where something of it is wrong: it holds keys."""

    kind = FixedChoice(_("哪个渠道"), choices=RAIL_KINDS, kind="rail")
    rail_config = TextField(
        _("配置"),
        limit=LONGEST_CONFIG,
        rows=10,
        required=True,
        autocomplete="off",
        description=_("写法同portal rails set的文件，密钥贴在private_key等项里，用三个引号括起来；保存后不再显示。"),
    )
    code = fresh_code("rail-code")
    request_id = RequestId()

    def refuse(self, problems: tuple[tuple[str, str], ...]) -> None:
        """(key, reason) pairs of the service's Invalid."""
        said = [FormProblem("invalid", f"{key}: {reason}") for key, reason in problems if key != "code"]
        if said:
            self.rail_config.errors = said
        if any(key == "code" for key, _reason in problems):
            self.code.errors = [FormProblem("wrong", str(_("验证码不对，或者已经用过。")))]

    def forget(self) -> None:
        """Before the form is shown again."""
        self.rail_config.data = ""


class RailActForm(PolicyForm):
    """That a rail is to be checked or removed now."""

    request_id = RequestId()
