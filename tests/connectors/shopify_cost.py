"""What a query costs at Shopify: an object 1, a connection 2 and its nodes as often as are asked for, a mutation 10."""

from __future__ import annotations

from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
)

MOST, MOST_OF_A_PAGE = 1000, 250


class CostError(Exception):
    """A connection without `first` or `last`, or with more than 250."""


def requested_cost(schema: GraphQLSchema, document: Any, variables: dict[str, Any]) -> int:
    """Of the document's one operation. Raises CostError."""
    operations = [one for one in document.definitions if one.kind == "operation_definition"]
    fragments = {one.name.value: one for one in document.definitions if one.kind == "fragment_definition"}
    operation = operations[0]
    is_mutation = operation.operation.value == "mutation"
    root = schema.mutation_type if is_mutation else schema.query_type
    return (10 if is_mutation else 0) + _Costs(schema, fragments, variables).of(operation.selection_set, root)


def counted(data: Any) -> int:
    """What the answer really held: its objects."""
    if isinstance(data, dict):
        return 1 + sum(counted(value) for value in data.values())
    return sum(counted(value) for value in data) if isinstance(data, list) else 0


class _Costs:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, Any], variables: dict[str, Any]) -> None:
        self._schema, self._fragments, self._variables = schema, fragments, variables

    def of(self, selected: SelectionSetNode | None, on: Any) -> int:
        return sum(self._one(node, on) for node in selected.selections) if selected else 0

    def _one(self, node: Any, on: Any) -> int:
        if isinstance(node, FragmentSpreadNode):
            fragment = self._fragments[node.name.value]
            return self.of(fragment.selection_set, self._schema.type_map[fragment.type_condition.name.value])
        if isinstance(node, InlineFragmentNode):
            named = node.type_condition
            return self.of(node.selection_set, self._schema.type_map[named.name.value] if named else on)
        return self._field(node, on)

    def _field(self, node: FieldNode, on: Any) -> int:
        if not isinstance(on, GraphQLObjectType | GraphQLInterfaceType) or node.name.value.startswith("__"):
            return 0
        declared = on.fields[node.name.value]
        kind = get_named_type(declared.type)
        if is_leaf_type(kind):
            return 0
        inner = self.of(node.selection_set, kind)
        asked = self._number(node, "first") or self._number(node, "last")
        if kind.name.endswith("Connection"):
            if not asked or asked > MOST_OF_A_PAGE:
                raise CostError(f"{node.name.value}: you must provide one of first or last, at most {MOST_OF_A_PAGE}")
            return 2 + asked * inner
        if kind.name == "PageInfo":
            return 0
        if node.name.value in ("nodes", "node") and on.name != "Query":
            return 1 + inner
        if node.name.value == "nodes":
            return len(self._variables.get("ids", ())) * (1 + inner)
        is_list = isinstance(declared.type, GraphQLList) or (
            isinstance(declared.type, GraphQLNonNull) and isinstance(declared.type.of_type, GraphQLList)
        )
        return (asked or 1 if is_list else 1) * (1 + inner)

    def _number(self, node: FieldNode, name: str) -> int:
        for argument in node.arguments or ():
            if argument.name.value == name:
                value: Any = argument.value
                said = self._variables.get(value.name.value) if value.kind == "variable" else value.value
                return int(said or 0)
        return 0
