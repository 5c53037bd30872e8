"""Forgetting what has ended."""

from datetime import timedelta

import pytest

from tenon.kernel.retention import deleting
from tenon.platform.identity import services
from tenon.platform.identity.models import OneTimeSecret, Session
from tenon.platform.identity.services.verification import send_verification
from tenon.platform.identity.tests.factories import NOW, SECOND, make_user, start_session

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_sessions_go_thirty_days_after_their_end():
    start_session(make_user(), now=NOW)
    assert services.purge(now=NOW + DAY * 60) == 0
    assert services.purge(now=NOW + DAY * 60 + SECOND) == 1
    assert not Session.objects.exists()


def test_secrets_go_thirty_days_after_their_end():
    send_verification(address=make_user(is_verified=False).email_normalized, now=NOW)
    assert services.purge(now=NOW + DAY * 31) == 0
    assert services.purge(now=NOW + DAY * 31 + SECOND) == 1
    assert not OneTimeSecret.objects.exists()


def test_what_lives_stays():
    user = make_user()
    start_session(user, now=NOW - DAY * 100)
    living = start_session(user, now=NOW)
    assert services.purge(now=NOW) == 1
    assert Session.objects.get().id == living.session_id


def test_more_than_a_batch_goes_too(monkeypatch):
    monkeypatch.setattr(deleting, "BATCH", 2)
    user = make_user()
    for _ in range(5):
        start_session(user, now=NOW - DAY * 100)
    assert services.purge(now=NOW) == 5
