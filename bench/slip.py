"""What a return slip costs as a PDF once the first has been printed (`python -m bench.slip`)."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.report import Figure
from portal.adapters.slips_typst import TypstSlips
from portal.domain.returning.slip import SlipFact, SlipItem, SlipSheet

BUDGET, GOAL = 30.0, 15.0
ROUNDS = 50
CONDITIONS = ("商品完好，没有试用以外的使用痕迹（拆开查看、合理试用不影响）", "配件、吊牌、说明齐全", "原包装尽量保留")
STEPS = ("打印退货单或把退货单号写在纸上，放进包裹", "商品、配件、吊牌一起包好", "寄到上面的地址", "选可以查询的快递")


def sheet(slips: TypstSlips, number: int) -> SlipSheet:
    """Another number, name and address each time, so that nothing is merely remembered."""
    return_no = f"R261120{number:07}"
    return SlipSheet(
        language="zh",
        title="退货单",
        number_label="退货单号",
        return_no=return_no,
        codes=slips.codes(return_no),
        facts=(SlipFact("寄件人", f"张𠮷{number} 1380000{number:04}"), SlipFact("订单号", f"TP2026{number:08}")),
        send_to_title="寄到",
        send_to=(f"退货组 0571-8888{number:04}", f"浙江省杭州市文三路{number}号"),
        items_title="退回的商品",
        columns=("商品", "规格", "数量"),
        items=tuple(SlipItem(title=f"轻薄羽绒服{number}-{n}", variant="黑色 M", quantity=n) for n in range(1, 6)),
        conditions_title="寄出前请确认",
        conditions=CONDITIONS,
        steps_title="怎么寄",
        steps=STEPS,
    )


def measure() -> tuple[float, float]:
    """Milliseconds of the first slip of a process, and the middle one of those that follow."""
    slips, taken = TypstSlips(), []
    for number in range(ROUNDS + 1):
        page = sheet(slips, number)
        started = time.perf_counter()
        slips.print(page)
        taken.append((time.perf_counter() - started) * 1000)
    return taken[0], sorted(taken[1:])[ROUNDS // 2]


def slip_figures() -> Iterator[Figure]:
    yield Figure("return slip as PDF, after the first", measure()[1], BUDGET, GOAL, "ms")


def main() -> None:
    first, next_ones = measure()
    print(f"a return slip: {next_ones:.1f} ms (budget {BUDGET:.0f}, goal {GOAL:.0f}), the first {first:.0f} ms")


if __name__ == "__main__":
    main()
