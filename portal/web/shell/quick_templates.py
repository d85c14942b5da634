"""Jinja without what our templates do not need of it: what is shown and how is the same, in two thirds of the time.

Values are looked at before they are escaped, macros are functions that are called straight away, and an imported file
of macros is taken as it is, because no template is given globals of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import FunctionType
from typing import Any

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Context, Macro, missing
from markupsafe import Markup, escape

_has_nothing_to_escape = re.compile(r"[^&<>'\"]*").fullmatch


def shown(value: Any) -> str:
    """`escape`, whose result is new Markup for every value: here it goes into the page at once."""
    kind = type(value)
    if kind is Markup or (kind is str and _has_nothing_to_escape(value)):
        text: str = value
        return text
    return escape(value)


def macro(function: Callable[..., str], name: str, names: tuple[str, ...]) -> Callable[..., Markup]:
    """What Jinja's `Macro` is for one that takes neither a caller nor arguments without a name."""

    def called(*args: Any, **kwargs: Any) -> Markup:
        if kwargs or len(args) < len(names):
            args += tuple([kwargs.pop(given, missing) for given in names[len(args) :]])
        if kwargs or len(args) > len(names):
            raise TypeError(f"macro {name!r} takes {names}, not {sorted(kwargs) or len(args)}")
        return Markup(function(*args))

    return called


class QuickGenerator(CodeGenerator):
    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        node = macro_ref.node
        takes_more = macro_ref.accesses_caller or macro_ref.accesses_kwargs or macro_ref.accesses_varargs
        is_escaped = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if takes_more or not is_escaped or not isinstance(node, nodes.Macro):
            super().macro_def(macro_ref, frame)
        else:
            self.write(f"environment.macro(macro, {node.name!r}, {tuple(arg.name for arg in node.args)!r})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(f"environment.shown({finalize.src or ''}")


class QuickContext(Context):
    def call(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        is_macro = type(function) is Macro
        if not is_macro and (type(function) is not FunctionType or hasattr(function, "jinja_pass_arg")):
            return super().call(function, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return function(self.eval_ctx, *args, **kwargs) if is_macro else function(*args, **kwargs)


class QuickTemplate(Template):
    def _get_default_module(self, ctx: Context | None = None) -> Any:
        return super()._get_default_module()


class QuickEnvironment(Environment):
    code_generator_class = QuickGenerator
    context_class = QuickContext
    template_class = QuickTemplate
    shown = staticmethod(shown)
    macro = staticmethod(macro)
