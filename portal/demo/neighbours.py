"""Customers whose cases lie on the desk when the demo starts. They cannot sign in: the desk is there for the staff."""

from __future__ import annotations

from portal.demo.people import DemoPerson

_WHERE = (
    ("上海市徐汇区", "梧桐里12弄5号401室", "200000"),
    ("北京市海淀区", "银杏南街8号院2号楼903", "100000"),
    ("湖北省武汉市武昌区", "东湖路66号水岸新苑11栋1502", "430000"),
    ("湖南省长沙市岳麓区", "桃花岭路29号3栋204", "410000"),
    ("福建省厦门市思明区", "榕树巷17号602室", "361000"),
    ("辽宁省大连市沙河口区", "星海街45号1单元801", "116000"),
    ("云南省昆明市五华区", "翠堤路3号4栋1101", "650000"),
)
_NAMES = (
    "沈嘉禾 蒋一鸣 韩若琳 冯启明 曹思远 彭晓雨 田家宁 董文博 潘可欣 袁志恒 于婉清 苏牧之 魏佳怡 叶子航 吕安然 丁书瑶"
)


def _neighbour(place: int, name: str) -> DemoPerson:
    region, address, postcode = _WHERE[place % len(_WHERE)]
    return DemoPerson(
        id=f"c-11{place:02}",
        name=name,
        phone=f"+861380000{2000 + place * 37:04}",
        mail="" if place % 4 == 3 else f"neighbour{place}@example.com",
        region=region,
        address=address,
        postcode=postcode,
    )


NEIGHBOURS = tuple(_neighbour(place, name) for place, name in enumerate(_NAMES.split(), 1))
