"""Contracts that import-linter does not bring along; `pyproject.toml` names them."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PrivateModules(Contract):
    """A private module may be imported only from inside its own app, or by tests.

    `tiers` are the packages whose children are apps, `private` the modules inside an app that nobody else may import.
    """

    tiers: Any = fields.ListField(subfield=fields.StringField())
    private: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        offences = sorted(
            f"{importer} -> {module}"
            for tier in self.tiers
            for app in graph.find_children(tier)
            for name in self.private
            for module in _with_descendants(graph, f"{app}.{name}")
            for importer in graph.find_modules_that_directly_import(module)
            if not importer.startswith(f"{app}.") and ".tests" not in importer
        )
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for offence in check.metadata["offences"]:
            output.print_error(offence)


def _with_descendants(graph: ImportGraph, module: str) -> set[str]:
    if module not in graph.modules:
        return set()
    return {module, *graph.find_descendants(module)}
