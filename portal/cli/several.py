"""An option of several values takes them as INTERFACE writes it, `--origin URL…`: one after another, or said again."""

from __future__ import annotations

from collections.abc import Iterator

import click


class Several(click.Command):
    """What stands behind the value of such an option is one more of its values, as long as enough is left to be the
    arguments of the command: `staff add --shop one two LOGIN`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(self._said_again(args)))

    def _said_again(self, args: list[str]) -> Iterator[str]:
        found = list(self._places(args))
        surplus = len(found) - sum(isinstance(param, click.Argument) for param in self.params)
        again: dict[int, str] = {}
        for place, option in found:
            if option and len(again) < surplus:
                again[place] = option
        for place, arg in enumerate(args):
            if place in again:
                yield again[place]
            yield arg

    def _places(self, args: list[str]) -> Iterator[tuple[int, str]]:
        """Of whatever is no option and no value of one: its place, and the option it stands behind, "" where that takes
        one value, or none."""
        options = {name: param for param in self.params if isinstance(param, click.Option) for name in param.opts}
        before, takes = "", False
        for place, arg in enumerate(args):
            if takes:
                takes = False
                continue
            name, has_value, _ = arg.partition("=")
            option = options.get(name)
            if option is None and (arg == "-" or not arg.startswith("-")):
                yield place, before
            elif option is not None:
                before = name if option.multiple else ""
                takes = not (option.is_flag or has_value)
            else:
                before = ""
