"""Invented customers for the demo hall and for measuring: plausible, deterministic, nobody's.

The same seed gives the same people on every machine. Prices that go with them are marked 示例. The first one is the
customer of the tutorial: 单桂芳, 平安里 12 号楼 3 单元 502.
Must not know: the store; the demo hall takes these people over through the ordinary import.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from pos.domain.customer_import import COLUMNS, customers_csv
from pos.domain.tariff import Tier

DEMO_COUNT = 500
SEED = 20_190_520
_FIRST_ACCOUNT = 1_000_200_000

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_RARE_SURNAMES = ("单", "仇", "解", "查", "朴", "区", "盖", "翟", "缪", "乐", "逄", "訾", "亓", "郄", "佘", "仉")
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "尉迟", "长孙", "万俟", "令狐", "皇甫", "夏侯", "澹台", "慕容")
_GIVEN_FIRST = "建国志文秀桂玉淑海永春丽明德桂金小晓子雨思俊嘉欣梓浩佳宇振宏庆国长红世新凤爱兰云少立"
_GIVEN_LAST = "芳兰英华珍梅平军伟强勇杰涛超磊刚峰辉斌敏静丽娟霞萍玲燕红琴洁莉娜雪琳颖洋鑫龙林生祥福贵荣涵轩怡"
_RARE_GIVEN = ("䶮", "㛃", "𬱖", "犇", "翀", "祎", "玥", "堃", "昇", "喆", "甯", "㭎", "𬭎", "彧")
_ESTATES = (
    "平安里", "和平小区", "滨河花园", "东风新村", "锦绣家园", "燃气公司宿舍", "新华里", "桂花苑", "阳光水岸",
    "惠民小区", "长寿路社区", "钢铁新村", "翠湖名邸", "景明佳苑", "老机务段宿舍", "望江台",
)  # fmt: skip
_STREETS = ("和平路", "建设街", "解放大道", "人民东路", "滨江路", "车站街", "文化巷", "工农路")
_SHOPS = ("小吃店", "面馆", "火锅店", "早点铺", "酒家", "洗浴中心", "食品加工厂", "烧烤园")
_SHOP_WORDS = ("福满", "老", "兴隆", "好运", "阿", "四季", "金", "乡里", "聚", "品")
_WELFARE = ("第一小学食堂", "中心幼儿园", "敬老院", "社区卫生院", "武警中队食堂", "职业中学食堂")
_MAKERS = ("示例仪表一厂", "示例仪表二厂", "示例燃气表业", "示例智能计量")
_PHONE_HEADS = ("138", "139", "136", "150", "158", "177", "186", "189", "199")


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """One invented customer; the fields are the template's, as text."""

    account_no: str
    name: str
    phone: str
    address: str
    price_class: str
    people: int
    contract_no: str
    district: str
    meter_no: str
    meter_type: str
    inlet: str
    maker: str
    installed_on: str
    card_no: str
    arrears: str = ""  # yuan

    def cells(self) -> tuple[str, ...]:
        """The row of the import template."""
        values = {
            "account_no": self.account_no, "name": self.name, "phone": self.phone, "address": self.address,
            "price_class": self.price_class, "people": str(self.people), "contract_no": self.contract_no,
            "district": self.district, "meter_no": self.meter_no, "meter_type": self.meter_type,
            "inlet": self.inlet, "maker": self.maker, "installed_on": self.installed_on, "card_no": self.card_no,
            "arrears": self.arrears,
        }  # fmt: skip
        return tuple(values.get(column.name, "") for column in COLUMNS)


STORY_CUSTOMER = DemoCustomer(
    account_no="1000204471",
    name="单桂芳",
    phone="13800005678",
    address="平安里 12 号楼 3 单元 502",
    price_class="居民",
    people=4,
    contract_no="HT-2019-4471",
    district="平安里",
    meter_no="M1000204471",
    meter_type="G4",
    inlet="左",
    maker=_MAKERS[0],
    installed_on="2019-05-20",
    card_no="8000204471",
)


def demo_customers(count: int = DEMO_COUNT, *, seed: int = SEED) -> Iterator[DemoCustomer]:
    """Invented customers, the tutorial's first; all numbers differ, names repeat as in any town.

    Args:
        count: how many; 1 000 000 take about half a minute.
        seed: same seed, same people.
    """
    if count < 1:
        return
    yield STORY_CUSTOMER
    source = random.Random(seed)  # invented data, no secret
    given = 1
    number = _FIRST_ACCOUNT
    while given < count:
        number += 1 + (number % 7 == 0)
        if str(number) != STORY_CUSTOMER.account_no:
            yield _customer(source, number)
            given += 1


def demo_customers_csv(count: int = DEMO_COUNT, *, seed: int = SEED) -> bytes:
    """The invented customers as an import file."""
    return customers_csv(customer.cells() for customer in demo_customers(count, seed=seed))


SAMPLE_TIERS: dict[str, tuple[Tier, ...]] = {
    "resident": (
        Tier(1, "第一档", 350_000, 26_300, 50_000),
        Tier(2, "第二档", 500_000, 31_600, 80_000),
        Tier(3, "第三档", None, 39_500),
    ),
    "resident_heating": (
        Tier(1, "第一档", 1_800_000, 26_300, 100_000),
        Tier(2, "第二档", 2_500_000, 31_600, 150_000),
        Tier(3, "第三档", None, 39_500),
    ),
    "commercial": (Tier(1, "商业", None, 38_500),),
    "public_welfare": (Tier(1, "公福", None, 29_800),),
}
"""Prices by class for the demo hall: 示例, approved by nobody."""
SAMPLE_DOCUMENT = "示例价格（未经批准）"
SAMPLE_FEES_FEN = {"first_card": 2_000, "card_replacement": 2_000, "account_transfer": 3_000}


def _customer(source: random.Random, number: int) -> DemoCustomer:
    kind = source.random()
    if kind < 0.92:
        district, address = _flat(source)
        name = _person_name(source)
        price_class, meter_type = ("居民采暖", "G6") if kind > 0.80 else ("居民", source.choice(("G2.5", "G4", "G4")))
        people = source.choice((1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7))
    else:
        district = source.choice(_STREETS)
        address = f"{district} {source.randint(1, 380)} 号"
        people = 1
        if kind < 0.985:
            name = f"{source.choice(_SHOP_WORDS)}{source.choice(_SURNAMES)}记{source.choice(_SHOPS)}"
            price_class, meter_type = "商业", source.choice(("G6", "G10", "G16"))
        else:
            name = f"{district}{source.choice(_WELFARE)}"
            price_class, meter_type = "公福", source.choice(("G10", "G16", "G25"))
    year = source.randint(2008, 2025)
    return DemoCustomer(
        account_no=str(number),
        name=name,
        phone=f"{source.choice(_PHONE_HEADS)}{source.randint(0, 99_999_999):08d}" if source.random() < 0.97 else "",
        address=address,
        price_class=price_class,
        people=people,
        contract_no=f"HT-{year}-{number % 10_000:04d}",
        district=district,
        meter_no=f"M{number}",
        meter_type=meter_type,
        inlet=source.choice("左右"),
        maker=source.choice(_MAKERS),
        installed_on=f"{year}-{source.randint(1, 12):02d}-{source.randint(1, 28):02d}",
        card_no=str(7_000_000_000 + number) if source.random() < 0.97 else "",
        arrears=f"{source.randint(20, 400)}.{source.randint(0, 99):02d}" if source.random() < 0.02 else "",
    )


def _person_name(source: random.Random) -> str:
    luck = source.random()
    surname = source.choice(_SURNAMES if luck < 0.93 else _RARE_SURNAMES if luck < 0.97 else _COMPOUND)
    last = source.choice(_RARE_GIVEN) if source.random() < 0.03 else source.choice(_GIVEN_LAST)
    return surname + last if source.random() < 0.18 else surname + source.choice(_GIVEN_FIRST) + last


def _flat(source: random.Random) -> tuple[str, str]:
    estate = source.choice(_ESTATES)
    building, unit = source.randint(1, 48), source.randint(1, 6)
    room = f"{source.randint(1, 18)}0{source.randint(1, 4)}"
    return estate, f"{estate} {building} 号楼 {unit} 单元 {room}"
