"""What the demo shop sells. Prices are decimal strings in major units; a good without one abroad is not sold there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Good:
    """`picture` names a drawing of `pictures`; the first variant is the usual one."""

    picture: str
    title: str
    price: str
    category: str
    variants: tuple[str, ...] = ("",)
    tags: tuple[str, ...] = ()

    @property
    def sku(self) -> str:
        return f"TP-{self.picture.upper()}"

    def price_in(self, currency: str) -> str:
        """Raises KeyError where it is not sold in that currency."""
        return self.price if currency == "CNY" else _ABROAD[self.picture][1][currency]

    def title_in(self, currency: str) -> str:
        return self.title if currency == "CNY" else _ABROAD[self.picture][0]


_GOODS = (
    Good("tee", "山野系列圆领纯棉短袖T恤", "79.00", "apparel", ("雾蓝/M", "雾蓝/L", "米白/XL")),
    Good("hoodie", "云感加绒连帽卫衣", "189.00", "apparel", ("藕紫/M", "藕紫/L", "炭灰/XL")),
    Good("jacket", "轻暖90绒立领羽绒服", "459.00", "apparel", ("苔绿/L", "苔绿/XL", "墨黑/L")),
    Good("trousers", "微弹直筒休闲裤", "159.00", "apparel", ("深灰/31", "深灰/32", "卡其/33")),
    Good("dress", "棉麻收腰长款连衣裙", "239.00", "apparel", ("豆沙/S", "豆沙/M", "亚麻/M")),
    Good("socks", "精梳棉中筒袜（5双装）", "39.90", "apparel", ("均码",), ("promotion",)),
    Good("shoes", "缓震轻量跑步鞋", "329.00", "shoes", ("湖蓝/40", "湖蓝/42", "白/38")),
    Good("cap", "水洗棉弯檐棒球帽", "59.00", "apparel", ("陶土", "藏青")),
    Good("scarf", "澳洲美利奴羊毛围巾", "168.00", "apparel", ("葡萄紫", "驼色")),
    Good("backpack", "防泼水通勤双肩包20L", "219.00", "bags", ("松绿", "曜黑")),
    Good("suitcase", "静音万向轮拉杆箱20寸", "399.00", "bags", ("海蓝", "银灰")),
    Good("umbrella", "八骨加固晴雨两用伞", "69.00", "bags", ("蔷薇", "墨绿")),
    Good("mug", "手作粗陶马克杯350ml", "45.00", "home", ("陶土", "青灰")),
    Good("teapot", "宜兴紫砂小品壶180ml", "368.00", "home", ("段泥", "朱泥")),
    Good("tea", "明前龙井茶叶礼罐100g", "198.00", "food", ("一级", "特级")),
    Good("flask", "316不锈钢真空保温杯500ml", "129.00", "home", ("石墨", "雾白")),
    Good("pan", "麦饭石不粘炒锅32cm", "179.00", "kitchen", ("带盖",)),
    Good("cooker", "智能预约电饭煲4L", "349.00", "electronics", ("4L",)),
    Good("kettle", "双层防烫电热水壶1.7L", "119.00", "electronics", ("深蓝", "米白")),
    Good("lamp", "国AA级护眼台灯", "259.00", "electronics", ("暖金", "白")),
    Good("chair", "人体工学网布办公椅", "799.00", "home", ("石墨",)),
    Good("pillow", "泰国天然乳胶枕", "149.00", "home", ("高低款", "平面款")),
    Good("quilt", "桑蚕丝春秋被2kg", "569.00", "home", ("200×230cm", "220×240cm")),
    Good("towel", "新疆长绒棉毛巾", "29.90", "home", ("草绿", "米白"), ("promotion",)),
    Good("headphones", "头戴式主动降噪耳机", "599.00", "electronics", ("石墨", "月白")),
    Good("powerbank", "20000毫安快充移动电源", "139.00", "electronics", ("海蓝", "白")),
    Good("keyboard", "87键热插拔机械键盘", "289.00", "electronics", ("茶轴", "红轴")),
    Good("book", "《器物小史》精装", "68.00", "books"),
    Good("newspaper", "《城市晚报》周末刊（合订4期）", "24.00", "books", ("11月",), ("newspaper",)),
    Good("software", "音频编辑软件盒装版", "268.00", "digital", ("家庭版", "专业版"), ("digital",)),
    Good("orange", "赣南脐橙礼盒5kg", "59.80", "food", ("80mm大果", "70mm中果"), ("fresh",)),
    Good("flowers", "当季鲜花束", "128.00", "food", ("晨露", "暖阳"), ("fresh",)),
    Good("ring", "925银刻字对戒", "399.00", "jewellery", ("刻字：平安", "刻字：同行"), ("custom",)),
    Good("frame", "来图定制实木相框12寸", "109.00", "home", ("胡桃木", "榉木"), ("custom",)),
    Good("serum", "玻尿酸保湿精华液30ml", "218.00", "cosmetics", ("30ml",)),
    Good("toothbrush", "声波电动牙刷", "199.00", "personal", ("湖蓝", "白")),
    Good("blocks", "木质彩色积木（120块）", "99.00", "toys", ("120块",)),
    Good("plant", "龟背竹小盆栽", "35.00", "home", ("带白瓷盆",)),
    Good("tote", "帆布购物袋", "29.00", "gift", ("米色",)),
    Good("coaster", "软木杯垫（2片）", "15.00", "gift"),
)
GOODS: Mapping[str, Good] = {good.picture: good for good in _GOODS}

_ABROAD: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "jacket": ("Light down jacket", {"EUR": "119.00", "JPY": "15800"}),
    "shoes": ("Light running shoes", {"EUR": "84.90", "JPY": "9800"}),
    "scarf": ("Merino scarf", {"EUR": "39.90"}),
    "backpack": ("Commuter backpack", {"EUR": "54.00", "JPY": "6980"}),
    "mug": ("Stoneware mug", {"EUR": "12.50", "JPY": "1650"}),
    "teapot": ("Yixing teapot", {"EUR": "96.00", "JPY": "12800"}),
    "tea": ("Longjing tea, 100 g", {"EUR": "36.00", "JPY": "4200"}),
    "headphones": ("Noise-cancelling headphones", {"EUR": "149.00", "JPY": "19800"}),
}
