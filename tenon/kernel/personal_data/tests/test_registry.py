"""Holdings are known by name, and the account's comes last."""

from datetime import datetime
from uuid import UUID

import pytest

from tenon.kernel.personal_data import registry
from tenon.kernel.personal_data.registry import Holding, holdings, register


@pytest.fixture(autouse=True)
def no_holdings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_holdings", {})


def nothing(user_id: UUID) -> dict[str, object]:
    return {}


def forget(*, user_id: UUID, now: datetime) -> None: ...


def holding(name: str, *, last: bool = False) -> Holding:
    return Holding(name=name, export=nothing, erase=forget, last=last)


def test_holdings_stand_by_name_with_the_account_last():
    for one in (holding("identity", last=True), holding("notifications.devices"), holding("files")):
        register(one)
    assert [one.name for one in holdings()] == ["files", "notifications.devices", "identity"]


def test_a_name_is_taken_once():
    register(holding("files"))
    with pytest.raises(ValueError, match="registered already"):
        register(holding("files"))


@pytest.mark.parametrize("name", ["", "Files", "files.", "files.of.people", "files uploads"])
def test_a_name_is_the_apps_or_a_noun_of_it(name: str):
    with pytest.raises(ValueError, match="named like its app"):
        register(holding(name))
