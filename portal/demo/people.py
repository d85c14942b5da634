"""Who buys at the demo shop and who works there. Names, streets and numbers are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A customer and where their goods go; `country` other than CN shops in another currency."""

    id: str
    name: str
    phone: str = ""
    mail: str = ""
    region: str
    address: str
    postcode: str
    country: str = "CN"
    locale: str = "zh-CN"
    zone: str = ""

    @property
    def as_customer(self) -> dict[str, Any]:
        said = {"id": self.id, "name": self.name, "phone": self.phone, "mail": self.mail, "locale": self.locale}
        return {key: value for key, value in (said | {"zone": self.zone}).items() if value}

    @property
    def as_recipient(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "phone": self.phone or "+8613800000009",
            "country": self.country,
            "region": self.region,
            "address": self.address,
            "postcode": self.postcode,
        }


_PEOPLE = (
    DemoPerson(
        id="c-1001", name="林晓彤", phone="+8613800000001", mail="lin.xiaotong@example.com",
        region="浙江省杭州市西湖区", address="云竹径路88弄6幢1单元302室", postcode="310000",
    ),
    DemoPerson(
        id="c-1002", name="周子昂", phone="+8613800000002", mail="zhou.ziang@example.com",
        region="广东省广州市天河区", address="榕荫北街15号枫林苑B座1204", postcode="510000",
    ),
    DemoPerson(
        id="c-1003", name="许明慧", phone="+8613800000003", mail="xu.minghui@example.com",
        region="四川省成都市锦江区", address="芙蓉巷27号院3栋502", postcode="610000",
    ),
    DemoPerson(
        id="c-1004", name="陈建国", phone="+8613800000004",
        region="山东省济南市历下区", address="听泉路9号2号楼4单元601", postcode="250000",
    ),
    DemoPerson(
        id="c-1005", name="赵雨桐", phone="+8613800000005", mail="zhao.yutong@example.com",
        region="江苏省苏州市姑苏区", address="石桥头弄41号", postcode="215000",
    ),
    DemoPerson(
        id="c-1006", name="欧阳浩然", phone="+8613800000006", mail="ouyang.haoran@example.com",
        region="陕西省西安市雁塔区", address="唐槐东路66号学府雅居7号楼1803", postcode="710000",
    ),
    DemoPerson(
        id="c-1007", name="Anna Schneider", phone="+493023125001", mail="anna.schneider@example.com",
        region="Berlin", address="Lindenhofweg 12", postcode="10999",
        country="DE", locale="en", zone="Europe/Berlin",
    ),
    DemoPerson(
        id="c-1008", name="Ken Sato", phone="+819000000001", mail="ken.sato@example.com",
        region="Tokyo, Setagaya-ku", address="Midorigaoka 3-14-2", postcode="154-0000",
        country="JP", locale="en", zone="Asia/Tokyo",
    ),
    DemoPerson(
        id="c-1009", name="杨柳", mail="yang.liu@example.com",
        region="新疆维吾尔自治区乌鲁木齐市天山区", address="红柳街102号", postcode="830000",
    ),
)  # fmt: skip
PEOPLE: Mapping[str, DemoPerson] = {person.id: person for person in _PEOPLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A way into the demo, printed when it starts. `role` is set for staff."""

    login: str
    password: str
    name: str
    role: str = ""


_STAFF = (
    ("agent", "tepai-agent", "客服小何"),
    ("supervisor", "tepai-supervisor", "主管老唐"),
    ("warehouse", "tepai-warehouse", "仓库阿明"),
    ("auditor", "tepai-auditor", "审计孙工"),
    ("admin", "tepai-admin", "管理员小秦"),
)


def demo_accounts() -> list[Account]:
    """Shoppers first, the one with the most orders ahead; then one member of staff a role."""
    shoppers = [Account(login=id, password=f"tepai-demo-{id[2:]}", name=person.name) for id, person in PEOPLE.items()]
    staff = [Account(login=login, password=f"{login}-demo", name=name, role=role) for role, login, name in _STAFF]
    return shoppers + staff
