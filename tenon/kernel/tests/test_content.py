"""Products meet in two events."""

from uuid import uuid4

import pytest
from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.content import Action, ContentDecided, ContentSubmitted
from tenon.kernel.outbox.encoding import event_from_json
from tenon.kernel.outbox.events import event_class
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import publish


@pytest.mark.django_db
def test_content_and_decision_come_back_from_their_rows() -> None:
    content_id, organization_id, now = uuid4(), uuid4(), clock.now()
    submitted = ContentSubmitted(
        kind="catalog.review",
        content_id=content_id,
        version=1,
        organization_id=organization_id,
        author_id=None,
        text="Does what it says.",
        file_ids=(uuid4(), uuid4()),
        submitted_at=now,
    )
    decided = ContentDecided(
        kind="catalog.review",
        content_id=content_id,
        version=1,
        organization_id=organization_id,
        action=Action.BLOCK,
        reason="harassment",
        decided_by=uuid4(),
        decided_at=now,
    )
    for event in (submitted, decided):
        with transaction.atomic():
            entry_id = publish(event, aggregate=f"content:{content_id}", organization_id=organization_id)
        row = Entry.objects.get(id=entry_id)
        assert event_from_json(event_class(row.name), row.payload) == event
