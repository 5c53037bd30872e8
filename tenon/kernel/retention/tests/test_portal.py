"""Purges in the portal: how each stands, and what its runs did."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.kernel.retention.models import Purge, Report
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser, page

pytestmark = pytest.mark.django_db
PURGES, REPORTS = page("retention_purge"), page("retention_report")
LIMITS, OUTBOX, AUDIT = "limits.purge", "outbox.purge", "audit.purge"


@pytest.fixture
def browser() -> Browser:
    return Browser(make_user(is_staff=True, is_superuser=True))


def rows(answer) -> list[str]:
    return [str(each) for each in answer.context["cl"].result_list]


def test_how_each_stands(browser: Browser):
    now = clock.now()
    Purge.objects.create(name=OUTBOX, succeeded_at=now)
    Purge.objects.create(name=LIMITS, succeeded_at=now - timedelta(hours=1))
    Purge.objects.create(name=AUDIT, succeeded_at=now - timedelta(hours=1), failed_at=now, error="ValueError: no")
    Purge.objects.create(name="of.yesterday", succeeded_at=now)
    shown = browser.get(PURGES)
    assert rows(shown) == [AUDIT, LIMITS, OUTBOX]
    text = shown.content.decode()
    assert [text.count(f">{word}<") + text.count(f"{word}\n") for word in ("Failing", "Late", "Well")] == [1, 1, 1]
    assert "ValueError: no" in text


def test_what_the_runs_did(browser: Browser):
    now = clock.now()
    Report.objects.create(name=OUTBOX, started_at=now - timedelta(hours=1), seconds=0.25, purged=12)
    Report.objects.create(name=LIMITS, started_at=now, seconds=0.5, error="ValueError: no")
    shown = browser.get(REPORTS)
    assert [each.rpartition(" ")[0].partition(" ")[0] for each in rows(shown)] == [LIMITS, OUTBOX]
    assert "0.250" in shown.content.decode()
    assert len(rows(browser.get(REPORTS, purge=OUTBOX))) == 1
    assert rows(browser.get(REPORTS, purge=AUDIT)) == []
    assert [each.partition(" ")[0] for each in rows(browser.get(REPORTS, outcome="failed"))] == [LIMITS]
    assert [each.partition(" ")[0] for each in rows(browser.get(REPORTS, outcome="purged"))] == [OUTBOX]
    assert len(rows(browser.get(REPORTS, outcome="neither"))) == 2
