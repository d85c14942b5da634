"""Templates in the reader's language: their sentences are put in when a template is compiled, not at every request.

A page holds a hundred sentences, and looking each up while it is rendered cost more than its queries. So there is one
environment a language, all over the same files; what a sentence is filled with is escaped as before.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from jinja2 import Template, nodes

from portal.web.request.reader import tongue
from portal.web.shell.quick_templates import QuickEnvironment

_BLANK = re.compile(r"%\((\w+)\)[sd]|%%")


class Catalogue(Protocol):
    """What Babel's translations have."""

    def ugettext(self, message: str) -> str: ...

    def upgettext(self, context: str, message: str) -> str: ...


class SpokenEnvironment(QuickEnvironment):
    """The app's environment: it stands for the one of the reader's language, and never compiles a page itself."""

    catalogue: Catalogue | None = None
    language: str = ""
    _by_language: dict[str, SpokenEnvironment]

    def get_or_select_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        if self.catalogue is None:
            return self._spoken().get_or_select_template(name, parent, globals)
        return super().get_or_select_template(name, parent, globals)

    def _spoken(self) -> SpokenEnvironment:
        spoken = self.__dict__.setdefault("_by_language", {})
        language = tongue()
        if language.name not in spoken:
            made = self.overlay()
            made.catalogue, made.language = language.catalogue, language.name
            spoken[language.name] = made
        found: SpokenEnvironment = spoken[language.name]
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return tree if self.catalogue is None else put_in(tree, self.catalogue)


def put_in(tree: nodes.Template, catalogue: Catalogue) -> nodes.Template:
    """`tree` with every sentence that is written out in it in the language of `catalogue`."""
    for parent in [tree, *tree.find_all(nodes.Node)]:
        for field, value in list(parent.iter_fields()):
            if isinstance(value, list):
                setattr(parent, field, [_spoken_or_same(item, catalogue) for item in value])
            else:
                setattr(parent, field, _spoken_or_same(value, catalogue))
    for output in tree.find_all(nodes.Output):
        output.nodes = [part for node in output.nodes for part in _parts(node)]
    return tree


def _spoken_or_same(node: Any, catalogue: Catalogue) -> Any:
    text = _sentence(node, catalogue)
    if text is None:
        return node
    values = {pair.key: _spoken_or_same(pair.value, catalogue) for pair in node.kwargs}
    if not values:
        return nodes.TemplateData(text.replace("%%", "%"), lineno=node.lineno)
    return nodes.Concat(_fill(text, values, node.lineno), lineno=node.lineno)


def _parts(node: nodes.Expr) -> list[nodes.Expr]:
    return [part for inner in node.nodes for part in _parts(inner)] if isinstance(node, nodes.Concat) else [node]


def _sentence(node: Any, catalogue: Catalogue) -> str | None:
    """The translation where `node` asks for that of a literal by `_` or `pgettext`."""
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
        return None
    said = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
    if len(said) != len(node.args):
        return None
    if node.node.name in ("_", "gettext") and len(said) == 1:
        return catalogue.ugettext(said[0])
    if node.node.name == "pgettext" and len(said) == 2:
        return catalogue.upgettext(said[0], said[1])
    return None


def _fill(text: str, values: dict[str, nodes.Expr], lineno: int) -> list[nodes.Expr]:
    parts: list[nodes.Expr] = []
    place = 0
    for blank in _BLANK.finditer(text):
        parts.append(nodes.TemplateData(text[place : blank.start()], lineno=lineno))
        parts.append(values[blank[1]] if blank[1] else nodes.TemplateData("%", lineno=lineno))
        place = blank.end()
    parts.append(nodes.TemplateData(text[place:], lineno=lineno))
    return [part for part in parts if not isinstance(part, nodes.TemplateData) or part.data]
