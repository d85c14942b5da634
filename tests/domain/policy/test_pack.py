from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from portal.domain.deadlines.spans import Span
from portal.domain.money import Money
from portal.domain.policy.canonical import canonical_text, digest
from portal.domain.policy.describe import TIMER_WORDS, describe
from portal.domain.policy.legal_buttons import buttons_for
from portal.domain.policy.merge_packs import merge_packs
from portal.domain.policy.pack import SHOP_RULES, TIMERS, Amounts, FeeRule, Pack
from portal.domain.policy.problems import PackError
from portal.schemas.pack import read_stored_pack
from portal.schemas.pack_file import load_pack
from tests.support.packs import FOLDER, LAWS, PACKS, TEXTS

CN, EU, OPEN, UK = PACKS["cn"], PACKS["eu"], PACKS["open"], PACKS["uk"]
HEAD = 'name = "good"\ntitle = { zh = "好店", en = "Good shop" }\n'


def shop(text: str, on: str = "cn") -> Pack:
    return load_pack(f'{HEAD}on = "{on}"\n{text}', "good.toml", PACKS)


def problems(text: str, source: str = "good.toml") -> list[str]:
    with pytest.raises(PackError) as caught:
        load_pack(text, source, PACKS)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [f"{problem.key}: {problem.reason}" for problem in caught.value.problems]


def harshness(text: str, on: str = "cn") -> list[str]:
    return problems(f'{HEAD}on = "{on}"\n{text}')


@pytest.mark.req("N4")
@pytest.mark.parametrize("name", PACKS)
def test_every_pack_has_the_shops_rules_with_words_in_both_languages(name):
    rules = PACKS[name].rules
    assert rules.keys() >= set(SHOP_RULES)
    for code, rule in rules.items():
        assert rule.code == code and rule.says.zh and rule.says.en
        assert code.startswith("SHOP-") or rule.source, f"{code} names no article"
        assert not any(word in rule.says.zh for word in ("!", "！", ",", "用户", "买家", "系统"))


@pytest.mark.req("N4")
def test_every_law_has_every_rule_of_its_own():
    numbers = [f"CN-{n}" for n in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 17, 19, 20, 23, 24)]
    assert [code for code in CN.rules if code.startswith("CN-")] == sorted(numbers)
    assert {code for code in EU.rules if code.startswith("EU-")} == {
        f"EU-{n}" for n in ("1", "2", "3", "3b", "4", "5", "6", "7", "8", "9", "10", "12", "13", "14", "15", "16")
    }
    assert [code for code in UK.rules if code.startswith("UK-")] == [f"UK-{n}" for n in range(1, 7)]


@pytest.mark.req("S36")
def test_the_timers_are_those_of_the_table_and_only_europe_has_longer_to_send_back():
    for pack in (CN, OPEN):
        assert pack.timers == Pack(name="x", title=CN.title).timers
    assert CN.timers.warehouse_answers == Span(2, "open hours")
    assert (CN.timers.customer_sends_back, EU.timers.customer_sends_back) == (Span(7, "days"), Span(14, "days"))
    assert UK.timers == EU.timers
    assert CN.send_back_reminders == (Span(3, "days"), Span(1, "days"))
    assert TIMER_WORDS.keys() == TIMERS.keys()


def test_china_names_12315_and_nobody_takes_a_fee_unless_said():
    assert CN.complaint_line is not None and CN.complaint_line.in_locale("zh-CN") == "12315"
    for pack in PACKS.values():
        assert (pack.fees.cancel, pack.fees.restocking, pack.fees.withdrawal, pack.fees.pickup) == (None,) * 4


@pytest.mark.req("N4")
@pytest.mark.parametrize("name", PACKS)
def test_a_stored_version_reads_back_as_the_same_pack_with_the_same_digest(name):
    text = canonical_text(PACKS[name])
    again = read_stored_pack(text)
    assert again == PACKS[name] and canonical_text(again) == text and digest(again) == digest(PACKS[name])
    assert digest(load_pack(f"# a remark changes nothing\n{TEXTS[name]}", name)) == digest(PACKS[name])
    assert len({digest(pack) for pack in PACKS.values()}) == len(PACKS)


def test_a_pack_with_everything_in_it_reads_back_as_the_same():
    pack = shop(
        """effective_from = 2027-01-01T00:00:00+08:00
        [fees.withdrawal]
        how = "charged"
        fixed = { CNY = "12.00", "*" = "3" }
        percent = "2.5"
        [limits]
        auto = { CNY = "500" }
        [exclusions]
        newspaper = false
        [restrictions.promotion]
        exchange = true"""
    )
    assert read_stored_pack(canonical_text(pack)) == pack
    assert pack.effective_from == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert "newspaper" not in pack.exclusions and pack.restrictions["promotion"].exchange


@pytest.mark.req("N4")
def test_a_bad_pack_names_file_key_and_reason_of_everything_that_is_wrong():
    text = TEXTS["cn"].replace(
        'warehouse_answers = "2 open hours"', 'warehouse_answers = "2h"\ncoffee_break = "1 hour"'
    )
    text = text.replace("no_reason_days = 7", "no_reason_days = -7").replace(
        'thresholds = "keep"', 'thresholds = "lose"'
    )
    found = problems(text, "cn-2027.toml")
    assert sorted(line.split(":")[0] for line in found) == [
        "thresholds",
        "timers.coffee_break",
        "timers.warehouse_answers",
        "windows.no_reason_days",
    ]
    assert "timers.coffee_break: is not a key of a policy pack" in found
    assert "thresholds: must be one of: keep, reprice" in found
    with pytest.raises(PackError, match=r"cn-2027\.toml: windows\.no_reason_days: must be a whole number, 0 or more"):
        load_pack(text, "cn-2027.toml")


@pytest.mark.parametrize(
    ("was", "is_now", "key"),
    [
        ('name = "cn"', 'name = "C N"', "name"),
        ('name = "cn"', "", "name"),
        ("engine = 1", "engine = 99", "engine"),
        ('law = "cn"', 'law = "none"', "law"),
        ('kind = "legal"', 'kind = "shop"', "law"),
        ('law = "cn"', 'law = "C N"', "law"),
        ('countries = ["CN"]', 'countries = ["China"]', "countries"),
        ("engine = 1", "engine = 1\nbutton = { start = { zh = '撤', en = 'go' } }", "button.confirm"),
        ("engine = 1", "engine = true", "engine"),
        ("[rules.SHOP-3]", "[rules.SHOP-33]", "rules.SHOP-3"),
        ('moved = "CN-7"', 'moved = "CN-77"', "windows.cites.moved"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Shangai"', "clock.zone"),
        ("min_working_days = 3", "min_working_days = 9", "arrival.max_working_days"),
        ('forbidden = ["restocking"]', 'forbidden = ["restocking"]\ncancel = "5.00"', "fees.cancel"),
        ('forbidden = ["restocking"]', 'withdrawal = { how = "withheld" }', "fees.withdrawal.how"),
        (
            'forbidden = ["restocking"]',
            'forbidden = ["restocking"]\nrestocking = { how = "charged" }',
            "fees.restocking",
        ),
        ('carriage_cap = "100.00"', "carriage_cap = 100.0", "freight.carriage_cap"),
        ('carriage_cap = "100.00"', 'carriage_cap = { RMB = "100.00" }', "freight.carriage_cap"),
        ('carriage_cap = "100.00"', 'carriage_cap = "-1"', "freight.carriage_cap"),
        ("engine = 1", "engine = 1\neffective_from = 2026-01-01", "effective_from"),
        ('kinds = ["cancel",', 'kinds = ["steal",', "kinds[0]"),
        ('custom = { rule = "CN-2" }', 'custom = "CN-2"', "exclusions.custom"),
        ('title = { zh = "中国大陆", en = "Mainland China" }', "title = { zh = 1 }", "title.en"),
        ('[rules.SHOP-1]\nsays = { zh = "', '[rules.SHOP-1]\nsays = { zh = " ', "rules.SHOP-1.says.zh"),
        ("[clock]", "[clock", "(syntax)"),
    ],
)
def test_each_mistake_is_named_by_its_key(was, is_now, key):
    assert was in TEXTS["cn"]
    assert key in [line.split(":")[0] for line in problems(TEXTS["cn"].replace(was, is_now, 1))]


@pytest.mark.req("N4")
def test_a_shop_on_a_legal_pack_says_only_what_is_kinder_and_has_the_rest_from_it():
    pack = shop("[windows]\nno_reason_days = 30\n[timers]\nshop_inspects = '1 day'\n[exclusions]\nfresh = false")
    assert (pack.kind, pack.law, pack.on) == ("shop", "cn", "cn")
    policy = merge_packs(pack, CN)
    assert (policy.windows.no_reason_days, policy.legal_days) == (30, 7)
    assert policy.timers.shop_inspects == Span(1, "days") and policy.timers.fee_paid == CN.timers.fee_paid
    assert "fresh" not in policy.exclusions and "custom" in policy.exclusions
    assert [version.split("@")[0] for version in policy.made_of] == ["good", "cn"]


@pytest.mark.req("N4")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[windows]\nno_reason_days = 5", "windows.no_reason_days"),
        ("[windows]\nquality = '7 days'", "windows.quality"),
        ("[windows.quality_by_tag]\nfresh = '24 hours'", "windows.quality_by_tag.fresh"),
        ("[windows.quality_by_tag]\npromotion = '24 hours'", "windows.quality_by_tag.promotion"),
        ("[windows]\nmoves_past_rest_days = false", "windows.moves_past_rest_days"),
        ("[windows]\nprovisional_grace_days = 0", "windows.provisional_grace_days"),
        ("[clock]\nzone = 'shop'", "clock"),
        ("[timers]\nshop_answers_return = '72 hours'", "timers.shop_answers_return"),
        ("[timers]\nwarehouse_answers = '3 open hours'", "timers.warehouse_answers"),
        ("[timers]\nshop_inspects = '3 working days'", "timers.shop_inspects"),
        ("[timers]\ncustomer_sends_back = '3 days'", "timers.customer_sends_back"),
        ("[waits]\nnot_received_after_shipping = '30 days'", "waits.not_received_after_shipping"),
        ("[fees]\nforbidden = []\nrestocking = { how = 'withheld', percent = '10' }", "fees.restocking"),
        ("[exclusions.promotion]\nrule = 'SHOP-5'", "exclusions.promotion"),
        ("[exclusions]\ndigital = { rule = 'CN-2', when = 'always' }", "exclusions.digital"),
        ("[confirmed_grounds]\nSHOP-9 = 'SHOP-5'", "confirmed_grounds.SHOP-9"),
        ("[freight]\ncarriage_cap = '5.00'", "freight"),
        ("[legal_refund]\ndays = 30", "legal_refund"),
        ('countries = ["CN", "TW"]', "countries"),
        ("[rules.CN-1.says]\nzh = '不退'", "rules.CN-1"),
    ],
)
def test_a_shop_that_is_harsher_than_the_law_is_told_where(text, key):
    assert key in [line.split(":")[0] for line in harshness(text)]


def test_a_fee_on_cancelling_is_the_shops_matter_in_china_and_forbidden_in_the_eu():
    fee = "[fees]\ncancel = { how = 'withheld', percent = '5' }"
    assert shop(fee).fees.cancel is not None
    assert harshness(fee, "eu") == [
        "fees.cancel: is forbidden by fees.forbidden",
        "fees.cancel: is a fee the law forbids",
    ]


def test_a_pack_is_built_on_a_law_or_on_nothing():
    assert harshness("", "atlantis")[0].startswith("on: is no pack that can be built on; there are: cn, eu, uk")
    assert problems(f'{HEAD}law = "cn"')[0].startswith("law: ")
    assert problems(f'{HEAD}on = "cn"\nkind = "legal"')[0].startswith("kind: ")


@pytest.mark.req("N4")
def test_a_shop_written_for_one_law_gives_customers_of_another_the_kinder_of_both():
    pack = shop(
        "[windows]\nno_reason_days = 10\n[timers]\nshop_answers_return = '24 hours'\n[fees.cancel]\nhow = 'withheld'"
    )
    policy = merge_packs(pack, EU)
    assert policy.law == "eu" and policy.clock == EU.clock and policy.windows.starts_with == "last_goods"
    assert policy.windows.no_reason_days == 14 and policy.fees.cancel is None
    assert policy.timers.customer_sends_back == Span(14, "days")
    assert policy.timers.shop_answers_return == Span(24, "hours")
    assert "contract_withdrawal" in policy.kinds and policy.freight.outbound == "with_last_unit"
    assert not any(code.startswith("CN-") for code in policy.rules)


def test_the_shops_own_words_stand_and_what_china_lets_be_confirmed_stays_under_a_pack_written_for_the_eu():
    pack = shop("[rules.SHOP-7.says]\nzh = '由店长判断'\nen = 'The shop owner decides'", "eu")
    assert (
        merge_packs(pack, EU).rules["SHOP-7"].says.zh == merge_packs(pack, CN).rules["SHOP-7"].says.zh == "由店长判断"
    )
    assert merge_packs(pack, CN).confirmed_grounds == CN.confirmed_grounds
    assert not merge_packs(shop("[confirmed_grounds]\nCN-3 = false"), CN).confirmed_grounds


def test_a_shop_without_a_pack_of_its_own_has_the_law_and_nothing_of_another_law():
    assert merge_packs(CN, EU).windows == EU.windows and merge_packs(CN, EU).exclusions == EU.exclusions
    assert merge_packs(EU, CN).windows == CN.windows
    assert merge_packs(CN, CN) == merge_packs(CN, None)


def test_an_open_shop_approves_everything_under_any_law():
    for legal in (None, CN, EU, UK):
        policy = merge_packs(OPEN, legal)
        assert policy.approves == "everything" and policy.windows.no_reason_days == "unlimited"
        assert not policy.exclusions and set(policy.kinds) == set(OPEN.kinds)


@pytest.mark.req("S22")
def test_trap_2_opened_goods_are_excluded_only_where_the_law_says_and_grounds_need_their_confirmation():
    def rule(pack=CN, tags=(), opened=False, ground=None, confirmed=False):
        return pack.excluding_rule(tags=tags, opened=opened, ground=ground, confirmed=confirmed)

    assert rule(opened=True) is None and rule(tags=("promotion",), opened=True) is None
    assert rule(tags=("custom",)) == rule(tags=("promotion", "fresh")) == rule(tags=("newspaper",)) == "CN-2"
    assert rule(tags=("digital",)) is None and rule(tags=("digital",), opened=True) == "CN-2"
    assert rule(ground="CN-3") is None and rule(ground="CN-3", confirmed=True) == "CN-3"
    assert rule(EU, tags=("custom",)) == "EU-8" and rule(EU, ground="CN-3", confirmed=True) is None
    assert rule(OPEN, tags=("custom", "fresh")) is None


def test_the_example_in_the_handbook_is_a_pack_that_loads():
    handbook = (FOLDER.parent.parent / "docs" / "policy.md").read_text(encoding="utf-8")
    example = handbook.split("```toml\n")[1].split("```")[0]
    pack = load_pack(example, "policy.md", PACKS)
    assert pack.windows.no_reason_days == 30 and pack.fees.withdrawal is not None


@pytest.mark.req("P1")
def test_a_fee_is_fixed_and_percent_and_never_more_than_it_is_taken_of():
    fee = FeeRule(how="withheld", fixed=Amounts((("CNY", Decimal("2.00")),)), percent=Decimal("2.5"))
    assert fee.of(Money(10_00, "CNY")) == Money(2_25, "CNY")
    assert fee.of(Money(1_00, "CNY")) == Money(1_00, "CNY")
    assert fee.of(Money(1000, "JPY")) == Money(25, "JPY")
    assert FeeRule(how="charged", fixed=fee.fixed).of(Money(0, "CNY")) == Money(2_00, "CNY")


def test_a_limit_for_every_currency_is_cut_to_the_digits_each_has():
    limit = Amounts((("*", Decimal("50.55")), ("USD", Decimal("7.00"))))
    assert [str(limit.of(code)) for code in ("CNY", "USD", "JPY", "KWD")] == ["50.55", "7.00", "50", "50.550"]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_can_be_read_by_people_in_both_languages(name):
    zh, en = describe(PACKS[name], "zh-CN"), describe(PACKS[name], "en")
    assert len(zh) == len(en) >= len(PACKS[name].rules) + len(TIMERS)
    assert all(line.isascii() or "SHOP" not in line for line in en)
    assert digest(PACKS[name])[:12] in zh[0]


@pytest.mark.req("N5", "P24")
def test_the_function_is_demanded_of_contracts_from_its_day_on_and_of_no_earlier_ones():
    assert EU.button is not None and UK.button is not None and CN.button is None
    assert EU.button.for_orders_from == date(2026, 6, 19)
    assert not EU.button.is_demanded(date(2026, 6, 18)) and EU.button.is_demanded(date(2026, 6, 19))
    assert not UK.button.is_demanded(date(2030, 1, 1)), "no law demands it there"


@pytest.mark.req("N5", "P24")
@pytest.mark.parametrize(
    ("country", "start", "confirm"),
    [
        ("DE", "Vertrag widerrufen", "Widerruf bestätigen"),
        ("fr", "renoncer au contrat ici", "confirmer la rétractation"),
        ("IT", "recedere dal contratto qui", "conferma recesso"),
        ("ES", "desistir del contrato aquí", "confirmar el desistimiento"),
    ],
)
def test_the_orders_country_words_the_two_buttons(country, start, confirm):
    label = buttons_for(country, "eu", LAWS).label
    assert label is not None and (label.start, label.confirm) == (start, confirm)


@pytest.mark.req("N5", "P24", "P29")
def test_elsewhere_they_are_english_and_in_britain_one_cancels():
    found = [buttons_for(country, law, LAWS) for country, law in (("AT", "eu"), ("GB", "uk"), ("US", "none"))]
    assert [each.label for each in found] == [None, None, None]
    english = [(each.start.en, each.confirm.en) for each in found]
    assert english[0] == english[2] == ("Withdraw from contract here", "Confirm withdrawal")
    assert english[1] == ("Cancel the contract here", "Confirm cancellation")


@pytest.mark.parametrize("legal", LAWS, ids=lambda pack: pack.name)
def test_a_shop_on_any_law_keeps_its_days_its_button_and_its_rules(legal):
    pack = shop("[timers]\nshop_inspects = '1 day'", legal.name)
    policy = merge_packs(pack, legal)
    assert (policy.law, policy.countries, policy.button) == (legal.law, legal.countries, legal.button)
    assert policy.windows.no_reason_days == legal.windows.no_reason_days == policy.legal_days
    assert policy.has_contract_withdrawal == (legal.law != "cn")
    assert {code for code in policy.rules if not code.startswith("SHOP-")} == {
        code for code in legal.rules if not code.startswith("SHOP-")
    }
