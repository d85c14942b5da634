"""What a shopper and the shop's people do in a browser, wherever the portal runs. `look` is asked of every page on the
way; the page that a step ends on is shown then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.adapters.pictures import encoded, photo
from tests.support import shopper, staff
from tests.support.browsers import Screen

Look = Callable[[Screen], None]
PHOTO = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": encoded(photo())}
CONFIRM_CANCEL = "main form[action$='/cancel'] .sticky-bar button"


def looks_right(screen: Screen) -> None:
    screen.axe_clean()
    screen.fits()


def pass_by(screen: Screen) -> None:
    """Looks at nothing."""


def sign_in(screen: Screen, url: str) -> None:
    """The shop's first customer."""
    page = screen.open(f"{url}/orders")
    page.fill("[name=login]", "c-1")
    page.fill("[name=password]", shopper.PASSWORD)
    page.click("main button:not([formaction])")
    page.wait_for_url("**/orders")


def sign_in_staff(screen: Screen, url: str, login: str, code: Callable[[], str], look: Look = pass_by) -> None:
    """Password and code; to the queue."""
    page = screen.open(f"{url}/staff/cases")
    look(screen)
    page.fill("[name=login]", login)
    page.fill("[name=password]", staff.PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    look(screen)
    page.fill("[name=code]", code())
    page.click("main button")
    page.wait_for_url("**/staff/cases")


def cancel(screen: Screen, url: str, number: str, look: Look = pass_by) -> None:
    """From the list of orders; to the order, which is cancelled."""
    page = screen.open(f"{url}/orders")
    look(screen)
    page.click(f"article[data-order='{number}'] h2 a")
    page.wait_for_url(f"**/orders/{number}")
    look(screen)
    page.click("[data-action=cancel]")
    page.wait_for_url("**/cancel")
    look(screen)
    page.check("[name=reason][value=changed_mind]")
    page.click(CONFIRM_CANCEL)
    page.wait_for_url(f"**/orders/{number}")
    assert page.get_attribute("article[data-order]", "data-state") == "cancelled"


def ask_for_refund(screen: Screen, url: str, number: str, look: Look = pass_by) -> str:
    """Two units, with words and a photo; the number of the case, which is shown."""
    page = screen.open(f"{url}/orders/{number}/refund")
    page.check("[name=received][value=yes]")
    page.fill("[name=quantity-1]", "2")
    page.check("[name=reason][value=quality]")
    page.fill("[name=description]", "杯子有裂纹")
    page.set_input_files("#evidence", files=[PHOTO])
    if not screen.scripts:
        page.click("[name=upload]")
    page.wait_for_selector("[name=evidence_id]", state="attached")
    assert page.input_value("[name=quantity-1]") == "2" and page.input_value("[name=description]") == "杯子有裂纹"
    look(screen)
    page.click("text=提交申请")
    page.wait_for_url("**/cases/*")
    assert page.get_attribute("article[data-case]", "data-state") == "submitted"
    return page.url.rpartition("/")[2]


def ask_to_return(screen: Screen, url: str, number: str, look: Look = pass_by) -> str:
    """One of two units for 50.00; the number of the case, which is shown and awaits the goods."""
    page = screen.open(f"{url}/orders/{number}")
    page.click("[data-action=return]")
    page.wait_for_url("**/return")
    look(screen)
    page.check("[name=received][value=yes]")
    page.fill("[name=quantity-1]", "1")
    page.check("[name=reason][value=no_reason]")
    page.check("[name=condition-as_received]")
    page.check("[name=condition-complete]")
    if not screen.scripts:
        page.click("#compute")
    page.wait_for_selector("#quote [data-amount=refund][value='25.00']")
    look(screen)
    page.click("text=提交申请")
    page.wait_for_url("**/cases/*")
    assert page.get_attribute("article[data-case]", "data-state") == "awaiting_return"
    return page.url.rpartition("/")[2]


def fetch_slip(screen: Screen) -> bytes:
    """From the case; the PDF."""
    screen.page.click("[data-action=slip]")
    screen.page.wait_for_url("**/slip")
    with screen.page.expect_download() as download:
        screen.page.click("text=下载PDF")
    return Path(download.value.path()).read_bytes()


def send_parcel(screen: Screen, look: Look = pass_by) -> None:
    """From the case; to the case, whose goods are on their way. The form is first sent empty."""
    page = screen.page
    page.click("[data-action=shipment]")
    page.wait_for_url("**/shipment")
    look(screen)
    page.click("text=保存快递单号")
    page.wait_for_selector("#shipment-panel [role=alert]")
    look(screen)
    page.select_option("[name=carrier]", "SF")
    page.fill("[name=tracking_no]", "SF1000")
    page.click("text=保存快递单号")
    page.wait_for_selector("article[data-case][data-state=in_transit]")


def withdraw(screen: Screen, url: str, case_no: str, look: Look = pass_by) -> None:
    """A case whose goods are on their way, for a fee; to the case, whose fee is due."""
    page = screen.open(f"{url}/cases/{case_no}/withdraw")
    look(screen)
    page.check("[name=reason][value=changed_mind]")
    page.click("text=确认撤销")
    page.wait_for_selector("article[data-case][data-fee=due]")


def open_fee(screen: Screen) -> None:
    screen.page.click("[data-action=fee]")
    screen.page.wait_for_url("**/fee")


def pay_fee(screen: Screen, method: str = "alipay") -> None:
    """On the page of the fee."""
    screen.page.check(f"[name=method][value={method}]")
    screen.page.click("button:has-text('去支付')")


FEE_PAID = "article[data-case][data-fee=paid][data-state=sending_back]"


def accept(screen: Screen, url: str, case_no: str) -> None:
    """A refund, by the staff; to the desk, where it is on its way."""
    page = screen.open(f"{url}/staff/cases/{case_no}")
    page.click("label[for=decision-accept]")
    page.click(".answer-button")
    page.wait_for_selector("[data-case][data-state=refunding]")
