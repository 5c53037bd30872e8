"""Rates as text, and as the environment sets them."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env
from tenon.kernel.limits.rates import Rate, from_environment, parse


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("100/min", Rate(100, 60)),
        ("10/5min", Rate(10, 300)),
        ("5/day", Rate(5, 86400)),
        ("3/s", Rate(3, 1)),
        ("20/hour", Rate(20, 3600)),
        (" 7/2Hours ", Rate(7, 7200)),
        ("1/90sec", Rate(1, 90)),
        ("off", None),
        ("OFF", None),
    ],
)
def test_a_rate_is_read(text: str, rate: Rate | None) -> None:
    assert parse(text) == rate


@pytest.mark.parametrize(
    "text",
    ["", "10", "10/", "/min", "0/min", "-1/min", "10/0min", "10/min/5", "10/year", "1.5/min", "ten/min", "10 / min"],
)
def test_anything_else_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse(text)


def test_the_environment_overrides_by_name() -> None:
    env = Env({"RATE_LIMIT_LOGIN_ACCOUNT": "3/hour", "RATE_LIMIT_USER": "off"})
    defaults = {"login_account": "10/5min", "user": "1200/min", "resend": "5/day"}
    assert from_environment(env, defaults) == {"login_account": "3/hour", "user": "off", "resend": "5/day"}


def test_a_bad_rate_in_the_environment_names_its_variable() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"RATE_LIMIT_RESEND: 'often' is not a rate"):
        from_environment(Env({"RATE_LIMIT_RESEND": "often"}), {"resend": "5/day"})
