"""Sentences of templates: looked up once a language, said in that of their reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g
from flask_babel import get_locale
from jinja2 import Environment

from portal.web.request import languages


@pytest.fixture
def page() -> Iterator[Environment]:
    app = Flask("portal")
    app.config["PORTAL_HTTPS"] = False
    languages.init_app(app)
    with app.test_request_context("/"):
        yield app.jinja_env


def read(page: Environment, template: str, **values: object) -> str:
    return page.from_string(template).render(**values)


def test_a_sentence_is_said_in_the_language_spoken_around_it(page: Environment) -> None:
    said = "{{ _('我的订单') }}"
    assert read(page, said) == "我的订单"
    with languages.speaking("en"):
        assert read(page, said) == "My orders"
    assert read(page, said) == "我的订单"


def test_a_language_chosen_after_babel_was_asked_mixes_up_no_sentences(page: Environment) -> None:
    assert str(get_locale()) == "zh_Hans_CN"
    g.locale = "en"
    assert read(page, "{{ _('账户') }}") == "Account"
    g.locale = "zh"
    assert read(page, "{{ _('账户') }}") == "账户"


def test_what_fills_a_blank_is_escaped_and_the_sentence_is_not(page: Environment) -> None:
    page.autoescape = True
    shown = read(page, "{{ _('<b>%(name)s</b>', name=name) }}", name="<i>")
    assert shown == "<b>&lt;i&gt;</b>"


def test_a_percent_sign_is_written_twice_with_blanks_and_without(page: Environment) -> None:
    assert read(page, "{{ _('5%%') }} {{ _('%(rate)s%%', rate=5) }}") == "5% 5%"
