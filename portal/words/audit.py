"""What the page of the trail says: every kind of event, those of no timeline too, and who acted (WORDS, staff zh)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import ByCode, Fact, Sentence, Table, Wording, blanks_of, options, plain
from portal.words.timeline import TIMELINE

ACTORS: Mapping[str, object] = {
    "customer": pgettext("actor", "客户"),
    "staff": pgettext("actor", "员工"),
    "portal": pgettext("actor", "自动处理"),
    "shop": pgettext("actor", "商城系统"),
    "provider": pgettext("actor", "支付机构"),
    "operator": pgettext("actor", "运维"),
}
AUDIT_ENTRIES: ByCode = {
    "order:taken_in": _l("收到商城传来的订单"),
    "order:updated": _l("商城更新了订单"),
    "parcel:shipped": _l("包裹已寄出"),
    "parcel:delivered": _l("包裹已签收"),
    "payment:taken": _l("商城传来一笔付款"),
    "refund:taken": _l("商城传来一笔退款"),
    "credit:booked": _l("商城记了一笔储值余额"),
    "stock:returned": _l("商品退回库存"),
    "message:escalated": _l("留言到期没有回复，已再次提醒"),
    "notice_text:kept": _l("修改了一种通知的文字"),
    "notice:undelivered": _l("一条通知被退回，没有送到客户"),
    "refund:escalated": _l("退款久未成功，已交给客服优先处理"),
    "task:done": _l("把一项任务标为已处理"),
    "job:retried": _l("让一项后台任务马上再试"),
    "rails:reconciled": _l("让退款和支付机构的账马上核对"),
    "dispute:opened": _l("客户向银行对付款提出争议，退款先停下"),
    "dispute:won": _l("付款争议已胜诉，退款继续"),
    "dispute:lost": _l("付款争议已败诉，算作已退"),
    "rail:set": _l("设置了支付渠道"),
    "rail:removed": _l("移除了支付渠道"),
    "rail:checked": _l("检查了支付渠道"),
    "refund:parked": _l("退款不知道有没有退出去，停下等人核实"),
    "policy:published": _l("发布了新的规则"),
    "policy:drafted": _l("开始起草新的规则"),
    "policy:edited": _l("修改了规则的草稿"),
    "policy:discarded": _l("放弃了规则的草稿"),
    "policy:simulated": _l("用以前的申请试算规则的草稿"),
    "policy:proposed": _l("提交新的规则等第二人审批"),
    "policy:declined": _l("没有批准新的规则"),
    "policy:taken_back": _l("收回了等审批的规则"),
    "policy:voided": _l("规则的草稿有改动，等审批的规则作废"),
    "declaration:made": _l("收到一份撤回合同的声明"),
    "declaration:waits": _l("撤回合同的声明要由人处理"),
    "declaration:closed": _l("结束了一份撤回合同的声明"),
    "declaration:unmasked": _l("查看了撤回合同的声明里的完整信息"),
    "mail:received": _l("客户来信，按发件地址记在申请里"),
    "mail:put_aside": _l("把一封客户来信归档"),
    "erasure:asked": _l("客户要求删除个人信息"),
    "order:archived": _l("订单结束已久，移入归档"),
    "order:brought_back": _l("归档的订单已取回"),
    "customer:erased": _l("删除了一位客户的个人信息"),
    "behalf:code_sent": _l("代客操作：请客户读出验证码"),
    "behalf:number_seen": _l("代客操作：查看了回拨的号码"),
    "behalf:refused": _l("代客操作：回拨核实有答错的问题"),
    "behalf:started": _l("代客操作：核实了身份，开始操作"),
    "behalf:ended": _l("代客操作：结束"),
    "session:opened": _l("登录"),
    "session:ended": _l("登录已结束"),
    "session:others_ended": _l("结束了自己的其他登录"),
    "session:switched": _l("换到这家店铺"),
    "password:changed": _l("登录密码已修改"),
    "recovery_code:used": _l("用恢复码登录"),
    "recovery_codes:renewed": _l("换了新的恢复码"),
    "shop:added": _l("新建店铺"),
    "shop:set": _l("修改了店铺设置"),
    "shop:robot": _l("修改了群机器人"),
    "shop:connector": _l("修改了与商城系统的连接"),
    "webhook:added": _l("添加了接收事件的地址"),
    "webhook:rotated": _l("给接收事件的地址换了密钥"),
    "webhook:enabled": _l("恢复向一个地址推送事件"),
    "webhook:removed": _l("移除了接收事件的地址"),
    "webhook:replayed": _l("让事件重新推送"),
    "webhook:gone": _l("接收事件的地址说不再接收，已停用"),
    "webhook:failing": _l("三天没有送到，停止向一个地址推送事件"),
    "shop:origins": _l("修改了可以嵌入的网站"),
    "api_token:added": _l("新增接口令牌"),
    "api_token:retired": _l("停用接口令牌"),
    "handoff_key:added": _l("新增登录交接密钥"),
    "handoff_key:retired": _l("停用登录交接密钥"),
    "staff:added": _l("新增一位同事"),
    "staff:disabled": _l("停用了一位同事"),
    "staff:enabled": _l("恢复了一位同事"),
    "staff:password_set": _l("给一位同事设了新密码"),
    "staff:totp_reset": _l("重置了一位同事的验证器"),
    "staff:sessions_ended": _l("结束了一位同事的登录"),
    "staff:unlinked": _l("取消了一位同事的企业账号关联"),
    "macro:added": _l("新增一条大家用的快捷回复"),
    "macro:changed": _l("修改了一条大家用的快捷回复"),
    "macro:removed": _l("移除了一条大家用的快捷回复"),
    "member:invited": _l("邀请了一位同事"),
    "member:joined": _l("接受邀请，开始使用"),
    "member:changed": _l("修改了一位同事的岗位或店铺"),
    "member:disabled": _l("停用了一位同事"),
    "member:enabled": _l("恢复了一位同事"),
    "member:signed_out": _l("结束了一位同事的登录"),
    "member:reset": _l("重置了一位同事的登录方式"),
    "member:linked": _l("一位同事第一次用企业账号登录，账号已关联"),
    "member:provisioned": _l("一位同事第一次用企业账号登录，已自动建立工号"),
    "member:away": _l("标记一位同事不在"),
    "member:back": _l("标记一位同事回来"),
}
"""What happened that no timeline tells, by the second and third part of its kind."""
AUDIT = Table({**TIMELINE.says, **AUDIT_ENTRIES}, TIMELINE.blanks, code=attrgetter("name"))
NO_ENTRIES = Table(
    {"": _l("没有这样的记录。"), "unknown": _l("这家店铺没有“%(number)s”这个订单号或售后单号。")},
    {"number": plain("number")},
    code=lambda page: "" if page.is_known else "unknown",
)
"""Instead of a list, and why it is empty."""

_SHORTEST = {name: Wording(options(says)[-1]) for name, says in AUDIT.says.items()}


def audit_kind(name: str) -> Sentence | None:
    """What a kind of event is called, whatever it was about: its shortest sentence, with … for what that names."""
    wording = _SHORTEST.get(name)
    return Sentence(wording, {blank: Fact("plain", "…") for blank in blanks_of(str(wording.text))}) if wording else None


AUDIT_COLUMNS = (
    pgettext("audit", "时间"),
    pgettext("audit", "谁"),
    pgettext("audit", "工号或客户"),
    pgettext("audit", "代客户"),
    pgettext("audit", "做了什么"),
    pgettext("audit", "事件"),
    pgettext("audit", "订单"),
    pgettext("audit", "售后单"),
    pgettext("audit", "记录"),
)
"""The head of the exported table."""
WHOLE: Mapping[str, object] = {"yes": pgettext("audit", "完好"), "no": pgettext("audit", "被改动")}
