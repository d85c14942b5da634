"""What lies on the desk of the demo: who said what about which goods, how long ago, and what has been done since."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.cases.life_cycle import CaseKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """A later step: what was done, how many hours ago, with which words."""

    what: str
    hours: float
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """`hours` ago somebody applied for all `units` of a good that came `days` ago. `photos` are those they took."""

    kind: CaseKind
    good: str
    hours: float
    said: str
    reason: str = ""
    days: int = 3
    units: int = 1
    photos: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ("as_received", "complete")
    then: tuple[Then, ...] = ()


def _ask(hours: float, words: str) -> Then:
    return Then(what="ask", hours=hours, words=words)


def _note(hours: float, words: str) -> Then:
    return Then(what="note", hours=hours, words=words)


def _writes(hours: float, words: str) -> Then:
    return Then(what="customer_writes", hours=hours, words=words)


def _claimed(hours: float) -> Then:
    return Then(what="claim", hours=hours)


def _refund(good: str, hours: float, reason: str, said: str, *then: Then, units: int = 1, photo: str = "") -> DeskRow:
    photos = (photo,) if photo else ()
    return DeskRow(
        kind="refund_only", good=good, hours=hours, reason=reason, said=said, units=units, photos=photos, then=then
    )


def _back(good: str, hours: float, reason: str, said: str, *then: Then, days: int = 3, units: int = 1) -> DeskRow:
    """A return that a person decides: of a fault after self-service is over, or not as it was received."""
    return DeskRow(
        kind="return_refund", good=good, hours=hours, reason=reason, said=said, days=days, units=units, then=then,
        conditions=("complete",) if reason == "no_reason" else ("as_received", "complete"),
    )  # fmt: skip


def _going_back(good: str, hours: float, *then: Then, units: int = 1) -> DeskRow:
    """A return that a rule approved."""
    return DeskRow(
        kind="return_refund", good=good, hours=hours, reason="no_reason", said="", days=4, units=units, then=then
    )


def _other(kind: CaseKind, good: str, hours: float, reason: str, said: str, *then: Then, photo: str = "") -> DeskRow:
    photos = (photo,) if photo else ()
    return DeskRow(kind=kind, good=good, hours=hours, reason=reason, said=said, days=20, photos=photos, then=then)


_SENT, _RECEIVED = Then(what="send", hours=40), Then(what="receive", hours=7)

ROWS = (
    _refund("headphones", 53, "quality", "右耳没有声音，试过两部手机。", _claimed(50)),
    _refund("mug", 46.5, "damaged", "打开就看到杯口有裂纹，外箱一角压扁了。", photo="cracked"),
    _refund("teapot", 44, "damaged", "壶嘴磕掉一小块，盖子盖不严。", _claimed(5), photo="cracked"),
    _refund("orange", 30, "quality", "十个里有三个已经发霉，其他的还好。", _note(8, "同一批次本周第4件，已告诉仓库。")),
    _refund("plant", 28, "damaged", "叶子断了两片，盆也裂了。"),
    _refund("towel", 26, "missing_item", "买了三条，包裹里只有两条。", units=3),
    _refund("socks", 22, "missing_item", "五双装里少一双。"),
    _refund("lamp", 20, "not_as_described", "页面写暖金，收到的偏银色，但也能用，希望退一部分。"),
    _refund("flask", 18, "quality", "保温两小时就凉了。", _ask(6, "请补一张杯底型号的照片，方便核对批次。")),
    _refund("kettle", 16, "quality", "底座有时通不上电。", _ask(5, "请说明多久出现一次，有没有换过插座。")),
    _refund("book", 15, "damaged", "书脊压弯了，几页有折痕。", photo="dented-box"),
    _refund("serum", 12, "damaged", "泵头漏液，瓶身都湿了。", _writes(2, "请问什么时候能有答复？")),
    _refund("tea", 10, "not_as_described", "罐上的日期是去年的。"),
    _refund("cap", 8, "other", "洗了一次就掉色，想退一半。"),
    _refund("umbrella", 6, "quality", "伞骨有一根撑不开。"),
    _refund("blocks", 4, "missing_item", "少了说明书和两块三角形。", units=2),
    _refund("hoodie", 5, "quality", "袖口开线，拉一下就散。"),
    _refund("trousers", 3.5, "damaged", "裤脚有一道划痕。", photo="dented-box"),
    _refund("pillow", 2.5, "not_as_described", "比页面上写的矮，睡着不舒服。"),
    _refund("toothbrush", 1.5, "quality", "按一下没有反应，充了一夜也不亮。"),
    _refund("powerbank", 2, "quality", "充满电只能用半天。"),
    _back("keyboard", 45, "quality", "空格键经常没有反应。", days=30),
    _back("headphones", 40, "quality", "左耳有电流声，录了一段。", _claimed(3), days=24),
    _back("suitcase", 33, "quality", "拉杆收不回去。", days=40),
    _back("shoes", 25, "no_reason", "试穿走了几步，鞋底有一点灰。"),
    _back("dress", 23, "no_reason", "吊牌剪掉了，没有穿过。"),
    _back("jacket", 21, "no_reason", "拆了外包装，衣服没有动过。", _writes(1, "包装袋还在，可以一起寄回。")),
    _back(
        "chair", 19, "quality", "气压杆会慢慢下沉。", _ask(4, "请拍一段坐下后下沉的视频，或说明多久下沉多少。"), days=28
    ),
    _back("cooker", 14, "quality", "预约时间不准，差一个小时。", days=35),
    _back("quilt", 9, "no_reason", "尺寸买错了，铺过一次。"),
    _back("backpack", 7, "quality", "肩带缝线开了。", days=22),
    _back("pan", 3, "quality", "涂层起泡。", days=26),
    _going_back("tee", 70, _SENT, units=2),
    _going_back("trousers", 66, _SENT),
    _going_back("scarf", 62, _SENT, Then(what="receive", hours=30)),
    _going_back("hoodie", 58, _SENT, _RECEIVED),
    _going_back("pillow", 54, _SENT, _RECEIVED, units=2),
    _going_back("toothbrush", 50, Then(what="send", hours=20)),
    _going_back("blocks", 36, units=2),
    _going_back("umbrella", 27),
    _other("exchange", "tee", 43, "wrong_item", "下单是雾蓝，收到的是米白。"),
    _other("exchange", "shoes", 31, "quality", "右脚鞋垫鼓起来一块。"),
    _other("exchange", "towel", 13, "quality", "边线脱了。"),
    _other("reship", "tea", 38, "missing_item", "礼盒里少一罐。"),
    _other("reship", "book", 17, "wrong_item", "收到的是另一本书。"),
    _other("reship", "mug", 5, "damaged", "杯把断了，想补一只。", photo="cracked"),
    _other("repair", "lamp", 35, "quality", "触摸开关时灵时不灵。", _claimed(6)),
    _other("repair", "headphones", 11, "quality", "头梁松了，夹不住。"),
    DeskRow(kind="cancel", good="suitcase", hours=9, reason="changed_mind", said="出差取消了。"),
    DeskRow(kind="cancel", good="shoes", hours=1.5, reason="wrong_item_ordered", said="尺码选错了。"),
    DeskRow(kind="cancel", good="lamp", hours=1.2, reason="changed_mind", said=""),
    DeskRow(kind="cancel", good="backpack", hours=0.9, reason="found_cheaper", said=""),
    DeskRow(kind="cancel", good="jacket", hours=0.6, reason="wrong_address", said="收货地址填成了老家。"),
    DeskRow(kind="cancel", good="cooker", hours=0.3, reason="duplicate_order", said="手滑下了两单。"),
    DeskRow(kind="question", good="keyboard", hours=20, said="可以换成红轴吗，补差价也行。"),
    DeskRow(kind="question", good="serum", hours=9, said="孕期可以用吗？", then=(_claimed(2),)),
    DeskRow(kind="question", good="chair", hours=6, said="扶手高度能调多少？"),
    DeskRow(kind="question", good="quilt", hours=3, said="发票抬头能改成公司吗？"),
    DeskRow(kind="question", good="headphones", hours=4, said="可以连两台手机吗？"),
    DeskRow(kind="question", good="frame", hours=2, said="照片发错了，还能换一张吗？"),
    DeskRow(kind="question", good="tea", hours=1, said="想再买两罐，送人用，能写贺卡吗？"),
)
