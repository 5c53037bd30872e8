"""What may be called: nothing inside, but on a developer's own machine."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings.outgoing import LOOPBACK, from_environment
from tenon.kernel.env import Env


def test_nothing_private_unless_a_deployment_says_so() -> None:
    assert from_environment(Env({})) == {
        "OUTGOING_ALLOW_HTTP": False,
        "OUTGOING_PORTS": ["443"],
        "OUTGOING_PRIVATE_NETWORKS": [],
    }
    said = {"OUTGOING_ALLOW_HTTP": "on", "OUTGOING_PORTS": "443, 8443", "OUTGOING_PRIVATE_NETWORKS": "10.1.0.0/16"}
    assert from_environment(Env(said)) == {
        "OUTGOING_ALLOW_HTTP": True,
        "OUTGOING_PORTS": ["443", "8443"],
        "OUTGOING_PRIVATE_NETWORKS": ["10.1.0.0/16"],
    }


def test_a_developer_calls_their_own_machine() -> None:
    assert from_environment(Env({}), development=True) == {
        "OUTGOING_ALLOW_HTTP": True,
        "OUTGOING_PORTS": ["*"],
        "OUTGOING_PRIVATE_NETWORKS": LOOPBACK,
    }
    assert from_environment(Env({"OUTGOING_PRIVATE_NETWORKS": ""}), development=True)["OUTGOING_PRIVATE_NETWORKS"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OUTGOING_PORTS", "https"),
        ("OUTGOING_PORTS", "0"),
        ("OUTGOING_PORTS", "65536"),
        ("OUTGOING_PRIVATE_NETWORKS", "10.0.0.1/8"),
        ("OUTGOING_PRIVATE_NETWORKS", "inside"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        from_environment(Env({name: value}))
