"""A page with a form that takes evidence, as an application has one: for tests of the field, alone and in a browser."""

from __future__ import annotations

from flask import Flask, make_response, render_template
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, DictLoader

from portal.evidence_fields import EvidenceField
from portal.fields import PolicyForm, RequestId, TextField
from portal.web.answers.respond import wants_fragment
from portal.web.request.uploads import receive_uploads
from portal.web.security.body_limits import TAKES, UPLOADS
from portal.web.security.guards import signed_in

TEMPLATES = {
    "trial_page.html": """{% extends "layouts/page.html" %}
{% block title %}申请{% endblock %}
{% block main %}<h1>申请</h1>{% include "trial.html" %}{% endblock %}""",
    "trial.html": """{% from "components/forms.html" import form_tag, field, submit %}
{% from "components/evidence.html" import evidence_field %}
{% set address = url_for(".trial", order_no=order_no) %}
<section id="trial" class="card">
  <h2>{{ "收到" if done else "填写" }}</h2>
  {% call form_tag(action=address, target="#trial", form=form, multipart=true) %}
    {{ field(form.description) }}
    {{ evidence_field(form.evidence, action=address, target="#trial") }}
    {{ submit("提交申请") }}
  {% endcall %}
</section>""",
}


class TrialForm(PolicyForm):
    description = TextField("补充说明", limit=100, rows=3, required=True)
    evidence = EvidenceField("凭证")
    request_id = RequestId()


@signed_in
def trial(order_no: str) -> ResponseReturnValue:
    form, done, status = TrialForm(), False, 200
    if form.is_submitted():
        receive_uploads(form.evidence, order_no=order_no)
        if form.evidence.is_side_step:
            status = 422 if form.evidence.errors else 200
        else:
            done = form.validate()
            status = 200 if done else 422
    template = "trial.html" if wants_fragment() else "trial_page.html"
    return make_response(render_template(template, form=form, order_no=order_no, done=done), status)


def add_trial(app: Flask) -> Flask:
    """`app` with the page at /orders/<order_no>/trial."""
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader(TEMPLATES)])  # type: ignore[assignment, list-item]
    app.config[TAKES]["trial"] = UPLOADS
    app.add_url_rule("/orders/<order_no>/trial", endpoint="shop.trial", view_func=trial, methods=["GET", "POST"])
    return app
