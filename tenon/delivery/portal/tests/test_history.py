"""What the portal remembers of staff: theirs to take along, and nobody's name once they are erased."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model

from tenon.delivery.portal import history
from tenon.kernel import clock
from tenon.kernel.personal_data.registry import holdings
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user
from tenon.platform.organizations.models import Organization

pytestmark = pytest.mark.django_db


def note(staff: User, row: Model, message: str = "") -> LogEntry:
    return LogEntry.objects.log_actions(staff.pk, [row], CHANGE, message, single_object=True)


def test_the_history_forgets_names():
    staff, person, other = make_user(is_staff=True), make_user(first_name="Xylo", last_name="Y"), make_user()
    theirs = [
        note(staff, person, "Changed email from an older address"),
        note(staff, Organization(pk=other.pk, name="xylo's workspace")),
        note(staff, other, f"Told {person.email.upper()}"),
    ]
    kept = note(staff, Organization(pk=other.pk, name="Yes & Co"), "Closed")
    for _ in range(2):
        history.forget(user_id=person.pk, now=clock.now())
    for entry in theirs:
        entry.refresh_from_db()
        assert (entry.object_repr, entry.change_message) == ("", "")
        assert (entry.user_id, entry.object_id) in {(staff.pk, str(person.pk)), (staff.pk, str(other.pk))}
    kept.refresh_from_db()
    assert (kept.object_repr, kept.change_message) == ("Yes & Co", "Closed")


def test_staff_take_along_what_they_did_and_no_names():
    staff, person = make_user(is_staff=True), make_user()
    note(staff, person)
    [done] = history.held_of(staff.pk)
    assert (done["content_type__model"], done["object_id"], done["action_flag"]) == ("user", str(person.pk), CHANGE)
    assert person.email not in str(done)
    assert history.held_of(person.pk) == []
    assert "admin" in {each.name for each in holdings()}
