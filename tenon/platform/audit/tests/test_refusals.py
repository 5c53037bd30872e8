"""Refused sign-ins, and what else is tried against accounts, stand in the audit log."""

import pytest

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit import selectors
from tenon.platform.identity.tests.factories import PASSWORD, make_user, new_address
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db


def rows(action):
    with system_scope(reason="a test looks", read_only=True):
        return [selectors.entry_facts(row) for row in selectors.entries_of().filter(action=action).order_by("id")]


def sign_in(api, email, password):
    return api.post("/api/v1/auth/login/", {"email": email, "password": password}).status_code


def test_a_sign_in_and_a_refused_one():
    user, api = make_user(), Api()
    assert sign_in(api, user.email, "wrong-one-7") == 401
    assert sign_in(api, user.email, PASSWORD) == 200
    [refused], [started] = rows("identity:session:start_refused"), rows("identity:session:started")
    assert (refused.outcome, refused.target_id, refused.parameters) == (
        "refused",
        str(user.id),
        {"reason": "credentials"},
    )
    assert (refused.actor_kind, refused.actor_id, refused.ip) == ("anonymous", None, api.address)
    assert (started.outcome, started.actor_kind, started.actor_id) == ("success", "user", user.id)


def test_of_an_unknown_address_nothing_is_written_down():
    email = new_address()
    assert sign_in(Api(), email, "wrong-one-7") == 401
    [refused] = rows("identity:session:start_refused")
    assert refused.target_id == ""
    assert email not in str(refused)


def test_whoever_is_kept_out_by_a_limit_does_not_fill_the_log(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_address": "2/hour"}
    api = Api()
    answers = [sign_in(api, new_address(), "wrong-one-7") for _ in range(6)]
    assert answers == [401, 401, 429, 429, 429, 429]
    reasons = [each.parameters["reason"] for each in rows("identity:session:start_refused")]
    assert reasons == ["credentials", "credentials", "limited"]


@pytest.mark.parametrize(
    ("path", "limit", "action"),
    [
        ("password-reset/", "password_reset", "identity:password_reset:request_refused"),
        ("verify-email/resend/", "resend", "identity:verification:request_refused"),
    ],
)
def test_asking_for_letters_too_often(settings, path, limit, action):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, limit: "1/hour"}
    api, email = Api(), new_address()
    assert [api.post(f"/api/v1/auth/{path}", {"email": email}).status_code for _ in range(2)] == [202, 429]
    assert [each.parameters for each in rows(action)] == [{"reason": "limited"}]


def test_a_link_that_resets_nothing():
    body = {"token": "x" * 43, "password": "another-horse-7-staple"}
    assert Api().post("/api/v1/auth/password-reset-confirm/", body).status_code == 400
    assert [each.outcome for each in rows("identity:password_reset:refused")] == ["refused"]
