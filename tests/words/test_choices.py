"""Which of several sentences is said is chosen in the tables of words, by code; templates choose what stands around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import portal

TEMPLATES = Path(portal.__file__).parent / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
SENTENCES = ("_", "ngettext")
ENDS = re.compile(r"[。？；]|[，：].{4}")
TAGS = re.compile(r"</?(?:p|span|strong|dd|li)(?: class=\"[a-z ]*\")?>")


def is_sentence(node: nodes.Node) -> bool:
    """A call of ours that says a sentence: not a word for a heading or a button."""
    if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in SENTENCES):
        return False
    text = node.args[0]
    return isinstance(text, nodes.Const) and bool(ENDS.search(text.value))


def says_one(body: list[nodes.Node]) -> bool:
    """Whether a branch shows a sentence and nothing else."""
    parts = [part for node in body for part in (node.nodes if isinstance(node, nodes.Output) else [node])]
    shown = [
        part for part in parts if not (isinstance(part, nodes.TemplateData) and not TAGS.sub("", part.data).strip())
    ]
    return len(shown) == 1 and is_sentence(shown[0])


def choices(tree: nodes.Template) -> Iterator[int]:
    """The lines on which a template chooses between two sentences."""
    for found in tree.find_all(nodes.If):
        branches = [found.body, *(other.body for other in found.elif_), found.else_]
        if sum(map(says_one, branches)) > 1:
            yield found.lineno
    for found in tree.find_all(nodes.CondExpr):
        if is_sentence(found.expr1) and found.expr2 is not None and is_sentence(found.expr2):
            yield found.lineno


@pytest.mark.req("N12")
@pytest.mark.parametrize("page", PAGES)
def test_no_template_chooses_between_sentences(page: str) -> None:
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse((TEMPLATES / page).read_text())
    assert list(choices(tree)) == []


def test_a_choice_between_sentences_is_seen() -> None:
    written = '{% if x %}<p>{{ _("到期没有支付。") }}</p>{% else %}{{ _("商家已收到商品。") }}{% endif %}'
    either = '{{ _("到期没有支付。") if x else _("商家已收到商品。") }}'
    for text in (written, either):
        assert list(choices(Environment().parse(text))) == [1]
