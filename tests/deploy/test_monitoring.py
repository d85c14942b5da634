"""The dashboard and the alarms ask for what /metrics says, and each alarm leads to a paragraph that says what to do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from portal.services.jobs.handlers import HANDLERS
from portal.web.request.metrics import REQUESTS, SECONDS, Figures, metrics_text
from tests.support.needs import CHECKOUT

pytestmark = pytest.mark.req("N6")
DEPLOY = CHECKOUT / "deploy"
NAME = re.compile(r"\bportal_\w+")
PICKED = re.compile(r"(\w+)\{([^}]*)\}")
BY = re.compile(r"\bby \(([^)]*)\)")
STATE = re.compile(r'\b(portal_\w+)\{state="([a-z|]+)"')
OPERATE = (CHECKOUT / "docs" / "operate.md").read_text()
NO_FIGURES = {"portal_owner"}
OF_PROMETHEUS = {"job", "instance", "le"}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus-rules.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    return found


def expressions() -> list[str]:
    asked = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return [*asked, *(rule["expr"] for rule in rules())]


@pytest.fixture(scope="module")
def served() -> dict[str, set[str]]:
    """Labels by the name of each sample that /metrics can give."""
    REQUESTS.labels("orders.list", "GET", "200").inc()
    SECONDS.labels("orders.list").observe(0.1)
    one = {"x": 1.0}
    figures = Figures(jobs=one, webhooks=one, due=one, oldest=one, workers=one, failures=one, succeeded=one, ready=one)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics_text(figures).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("expression", expressions())
def test_every_figure_and_label_that_is_asked_for_is_served(expression: str, served: dict[str, set[str]]) -> None:
    names = set(NAME.findall(expression))
    assert names <= set(served), names - set(served)
    labels = OF_PROMETHEUS.union(*(served[name] for name in names))
    for name, said in PICKED.findall(expression):
        asked = {part.partition("=")[0].strip("~! ") for part in said.split(",")}
        assert asked <= served.get(name, set()) | OF_PROMETHEUS, (name, asked)
    for said in BY.findall(expression):
        assert {label.strip() for label in said.split(",")} <= labels, said


def test_a_state_that_is_asked_for_or_written_about_is_one_that_is_told(app: Flask) -> None:
    told: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(app.test_client().get("/metrics").text):
        for sample in family.samples:
            told.setdefault(sample.name, set()).add(sample.labels.get("state", ""))
    asked = [STATE.findall(said) for said in (*expressions(), OPERATE)]
    found = {(name, state) for some in asked for name, states in some for state in states.split("|")}
    assert len(found) >= 8
    assert {(name, state) for name, state in found if state not in told.get(name, set())} == set()


def test_the_page_for_operators_names_every_figure_and_no_other(served: dict[str, set[str]]) -> None:
    named = set(NAME.findall(OPERATE)) - NO_FIGURES
    families = {name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum") for name in served}
    assert named == {name for name in families if not name.endswith("_created")}


def test_a_kind_of_job_that_is_asked_for_exists() -> None:
    kinds = {kind for said in expressions() for kind in re.findall(r'kind="(\w+)"', said)}
    assert kinds and kinds <= set(HANDLERS)


def test_every_figure_of_the_portal_is_shown() -> None:
    asked = {name for said in expressions() for name in NAME.findall(said)}
    ours = {"portal_requests_total", "portal_request_seconds_bucket"} | set(
        re.findall(r'"(portal_\w+)"', (CHECKOUT / "portal/web/request/metrics.py").read_text())
    ) - {"portal_requests", "portal_request_seconds"}
    assert ours <= asked


def test_panels_are_numbered_and_stand_beside_each_other() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels) and all(x + 8 <= 24 for x, _ in places)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alarm_says_how_urgent_it_is_and_leads_to_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket") and re.fullmatch(r"\d+[mh]", rule["for"])
    headings = re.findall(r"^### (.+)$", (CHECKOUT / "docs/operate.md").read_text(), re.MULTILINE)
    assert rule["annotations"]["runbook"] in headings
