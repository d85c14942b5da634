"""The import-linter contract of this project: what one layer may import, named positively.

The contracts that import-linter ships name what is forbidden, so a distribution added tomorrow would be allowed
everywhere. This one names what is allowed; everything else breaks it. Only direct imports count: a service reaches
SQLAlchemy through a repo, and that is the point of repos.
"""

from __future__ import annotations

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def is_within(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


class MayImport(Contract):
    """`layer` may import itself, `ours`, the standard library without `not_standard`, and `third_party` ("*" for any).

    Modules in `exempt` belong to another contract. Modules that do not exist yet break nothing.
    """

    type_name = "may_import"

    layer = fields.SetField(subfield=fields.StringField())
    ours = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    third_party = fields.SetField(subfield=fields.StringField())
    not_standard = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    exempt = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        importers = [m for m in graph.modules if is_within(m, self.layer) and not is_within(m, self.exempt)]
        refused = [
            detail
            for importer in sorted(importers)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._may_import(imported)
            for detail in graph.get_import_details(importer=importer, imported=imported)
        ]
        return ContractCheck(kept=not refused, metadata={"refused": refused})

    def _may_import(self, module: str) -> bool:
        root = module.partition(".")[0]
        if root == self.session_options["root_packages"][0]:
            return is_within(module, self.layer | self.ours)
        if root in sys.stdlib_module_names:
            return root not in self.not_standard
        return "*" in self.third_party or root in self.third_party

    def render_broken_contract(self, check: ContractCheck) -> None:
        refused = check.metadata["refused"]
        for detail in refused:
            output.print_error(f"{detail['importer']} line {detail['line_number']}: {detail['line_contents'].strip()}")
        output.new_line()
