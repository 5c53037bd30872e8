"""A device is registered by a session that is live, and goes with it: there is no moment in between."""

from threading import Thread

import pytest
from django.db import connection, transaction

from tenon.kernel import clock
from tenon.kernel.outbox import relay
from tenon.platform.identity import services as identity
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.identity.tests.factories import start_session
from tenon.platform.notifications.models import Device
from tenon.platform.notifications.tests.factories import make_device, make_user


@pytest.mark.django_db
def test_a_session_that_has_ended_since_the_request_came_registers_nothing():
    person = make_user()
    session = start_session(person, now=clock.now()).session_id
    identity.sign_out(session_id=session, now=clock.now())
    with pytest.raises(InvalidToken):
        make_device(person, session_id=session)
    assert not Device.objects.exists()


@pytest.mark.django_db
def test_another_persons_session_registers_nothing():
    with pytest.raises(InvalidToken):
        make_device(make_user(), session_id=start_session(make_user(), now=clock.now()).session_id)


@pytest.mark.django_db(transaction=True)
def test_a_session_that_ends_meanwhile_takes_the_device_along():
    person = make_user()
    session = start_session(person, now=clock.now()).session_id

    def end():
        identity.sign_out(session_id=session, now=clock.now())
        connection.close()

    with transaction.atomic():
        device = make_device(person, session_id=session)
        ending = Thread(target=end)
        ending.start()
        ending.join(0.3)
        assert ending.is_alive(), "the session ended although somebody held it"
    ending.join(20)
    relay.drain()
    assert not Device.objects.filter(pk=device.pk).exists()
