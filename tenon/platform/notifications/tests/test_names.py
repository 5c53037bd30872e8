"""Who is named in what others are told, and how the name goes."""

import pytest
from django.db import transaction

from tenon.kernel.outbox import relay
from tenon.platform.notifications import services
from tenon.platform.notifications.models import Notification
from tenon.platform.notifications.policies import own
from tenon.platform.notifications.services import retention
from tenon.platform.notifications.tests.factories import NOW, make_user
from tenon.platform.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db


def notify(person, *, kind, **options):
    with transaction.atomic():
        services.notify(recipient_ids=[person.id], kind=kind, **options)
    relay.drain()


def told(person) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("position").values_list("message", flat=True))


def test_a_name_goes_with_its_person_and_the_rest_stays():
    inviter, other = make_user(locale="de"), make_user()
    acme, named = make_organization(inviter), make_user()
    values = {"organization": "Acme", "person": "Ada Lovelace"}
    notify(inviter, kind=own.INVITATION_ACCEPTED, values=values, organization_id=acme.id, about=named.id)
    assert told(inviter)[0].startswith("Ada Lovelace")
    retention.forget_person(user_id=other.id, now=NOW)
    assert told(inviter)[0].startswith("Ada Lovelace")
    for _ in range(2):
        retention.forget_person(user_id=named.id, now=NOW)
        assert told(inviter) == ["Somebody who has left joined Acme."]
    row = Notification.objects.get(recipient=inviter)
    assert (row.about, row.nameless) == (None, "")


def test_who_is_gone_by_then_is_not_named():
    inviter, named = make_user(), make_user(is_active=False)
    acme = make_organization(inviter)
    values = {"organization": "Acme", "person": "Ada Lovelace"}
    notify(inviter, kind=own.INVITATION_ACCEPTED, values=values, organization_id=acme.id, about=named.id)
    assert told(inviter)[0] == "Somebody who has left joined Acme."


def test_who_is_named_is_said():
    inviter, named = make_user(), make_user()
    acme = make_organization(inviter)
    values = {"organization": "Acme", "person": "Ada"}
    with pytest.raises(ValueError, match="say whom"), transaction.atomic():
        services.notify(
            recipient_ids=[inviter.id], kind=own.INVITATION_ACCEPTED, values=values, organization_id=acme.id
        )
    with pytest.raises(ValueError, match="of no other type"), transaction.atomic():
        services.notify(recipient_ids=[inviter.id], kind=own.ANNOUNCEMENT, values={"text": "x"}, about=named.id)


def test_invitations_to_what_has_closed_go():
    owner, invited = make_user(), make_user()
    acme = make_organization(owner)
    notify(invited, kind=own.INVITED, values={"organization": "Ada's"}, organization_id=acme.id)
    retention.forget_membership(organization_id=acme.id, user_id=invited.id)
    assert len(told(invited)) == 1
    retention.forget_membership(organization_id=acme.id)
    assert told(invited) == []
