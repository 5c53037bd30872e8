"""The description says which operations an API key may call, and with which scope."""

from tenon.kernel import permissions
from tests.contract.operations import Operation, operations


def wanted(operation: Operation) -> dict[str, list[str]]:
    """The scopes that each scheme of programs needs; empty where keys are not let in."""
    found = {name: scopes for each in operation.body["security"] for name, scopes in each.items()}
    return {name: scopes for name, scopes in found.items() if name in {"apiKey", "apiKeyBearer"}}


def test_both_ways_to_show_a_key_are_described(descriptions):
    schemes = descriptions["api"]["components"]["securitySchemes"]
    assert schemes["apiKey"]["name"] == "X-API-Key"
    assert schemes["apiKeyBearer"]["scheme"] == "bearer"


def test_an_operation_names_the_scope_that_it_needs(descriptions):
    by_id = {operation.body["operationId"]: wanted(operation) for operation in operations(descriptions["api"])}
    listed = by_id["get_organizations_by_organization_id_members"]
    assert listed == {"apiKey": ["members:list"], "apiKeyBearer": ["members:list"]}
    assert by_id["get_api_keys_current"] == {"apiKey": [], "apiKeyBearer": []}
    for closed in ("post_api_keys", "get_api_keys", "get_me", "post_organizations_by_organization_id_leave"):
        assert by_id[closed] == {}, closed


def test_every_scope_that_is_named_can_be_given(descriptions):
    named = {word for each in operations(descriptions["api"]) for scopes in wanted(each).values() for word in scopes}
    assert "members:list" in named
    assert named <= permissions.scopes()
