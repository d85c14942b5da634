"""A setting that nobody is told of is none: the example of the environment and the page for operators name each."""

from __future__ import annotations

import re

import pytest

from portal.config import Settings, variable
from tests.support.needs import CHECKOUT

pytestmark = pytest.mark.req("N6")
SETTINGS = {variable(name) for name in Settings.model_fields}
OF_OTHERS = {"POSTGRES_PASSWORD", "PORTAL_OWNER_PASSWORD", "PORTAL_DATABASE_PASSWORD"}
OF_AWS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"}


def test_the_example_of_the_environment_names_every_setting_and_no_other() -> None:
    said = (CHECKOUT / "deploy" / "environment.example").read_text()
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", said, re.MULTILINE))
    assert named == SETTINGS | OF_OTHERS | OF_AWS


def test_the_page_for_operators_has_a_row_for_every_setting() -> None:
    rows = set(re.findall(r"^\| `(PORTAL_\w+)` \|", (CHECKOUT / "docs" / "operate.md").read_text(), re.MULTILINE))
    assert rows >= SETTINGS
