"""Permission words: declared once, in one form, with the roles that have them."""

import pytest

from tenon.kernel import permissions
from tenon.kernel.permissions import DuplicatePermission, MalformedPermission, Permission, UnknownPermission


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No word of an installed app."""
    monkeypatch.setattr(permissions, "_declared", {})


def test_a_word_is_declared_with_its_roles_and_found():
    word = permissions.register("orders:refund", roles={"admin", "billing"}, label="Refund orders")
    assert word == "orders:refund"
    assert permissions.find(word) == Permission(word, "Refund orders", frozenset({"admin", "billing"}))


def test_a_word_may_be_nobodys_by_default():
    permissions.register("orders:purge", label="Purge orders")
    assert permissions.find("orders:purge").roles == frozenset()


def test_a_single_role_is_not_taken_letter_by_letter():
    permissions.register("orders:read", roles="member", label="See orders")
    assert permissions.of_role("member") == {"orders:read"}
    assert permissions.of_role("m") == frozenset()


def test_roles_have_what_was_declared_for_them():
    permissions.register("orders:refund", roles={"admin"}, label="Refund orders")
    permissions.register("orders:read", roles={"admin", "member"}, label="See orders")
    assert permissions.of_role("admin") == {"orders:refund", "orders:read"}
    assert permissions.of_role("member") == {"orders:read"}
    assert permissions.of_role("nobody") == frozenset()


def test_every_role_that_has_a_word_is_known():
    permissions.register("orders:refund", roles={"admin", "clerk"}, label="Refund orders")
    permissions.register("orders:read", roles={"clerk"}, label="Read orders")
    assert permissions.roles() == {"admin", "clerk"}


def test_all_are_listed_by_word():
    for word in ("orders:refund", "files:read", "orders:cancel"):
        permissions.register(word, label=word)
    listed = [permission.word for permission in permissions.declared()]
    assert listed == ["files:read", "orders:cancel", "orders:refund"]


@pytest.mark.parametrize(
    "word",
    [
        "",
        "orders",
        "orders:",
        ":refund",
        "Orders:refund",
        "orders:re fund",
        "a:b:c",
        "orders:refund\n",
        "1a:b",
        "ordérs:x",
    ],
)
def test_malformed_words_are_refused(word: str):
    with pytest.raises(MalformedPermission):
        permissions.register(word, label="No")
    assert permissions.declared() == []


@pytest.mark.parametrize("role", ["", "Admin", "a b", "admin:x", "9"])
def test_malformed_roles_are_refused(role: str):
    with pytest.raises(MalformedPermission, match="role"):
        permissions.register("orders:refund", roles={role}, label="Refund orders")
    assert permissions.declared() == []


def test_a_word_is_declared_once():
    permissions.register("orders:refund", roles={"admin"}, label="Refund orders")
    with pytest.raises(DuplicatePermission):
        permissions.register("orders:refund", roles={"member"}, label="Other")
    assert permissions.of_role("member") == frozenset()


def test_an_unknown_word_is_named():
    with pytest.raises(UnknownPermission, match="orders:refund"):
        permissions.find("orders:refund")


def test_a_program_is_given_no_word_of_people_only():
    permissions.register("orders:read", label="See orders")
    permissions.register("keys:make", label="Make keys", people_only=True)
    assert permissions.scopes() == {"orders:read"}
