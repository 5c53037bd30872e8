"""What must hold when it all happens at once, on a database of its own, on every engine."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import clock
from tenon.platform.api_keys import services
from tenon.platform.api_keys.errors import InvalidApiKey
from tenon.platform.api_keys.models import Credential
from tenon.platform.api_keys.services import keys
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.identity.tests.threads import together
from tenon.platform.organizations.tests.factories import acting_as, make_organization
from tenon.testing.databases import Clone

PARALLEL = 64
AT_ONCE = 16  # connections; the others wait for one


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module: each test brings organizations of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def works(secret: str) -> bool:
    try:
        services.authenticate(text=secret, ip="192.0.2.1", now=clock.now())
    except InvalidApiKey:
        return False
    return True


def kinds(results) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_of_64_rotations_two_secrets_live():
    made = make_organization()
    key = make_key(made.id)
    owner = acting_as(made.owner_id, made.id)
    rotate = partial(services.rotate, principal=owner, key_id=key.key.id, now=clock.now())
    issued = [each for _ in range(PARALLEL // AT_ONCE) for each in together([rotate] * AT_ONCE)]
    assert kinds(issued) == {"Issued": PARALLEL}
    found = [each.secret for each in issued]
    assert len(set(found)) == PARALLEL
    assert sum(works(secret) for secret in [key.secret, *found]) == 2
    assert Credential.objects.get(pk=key.key.id).key_id == key.key.id


def test_a_key_is_rotated_or_revoked():
    made = make_organization()
    owner = acting_as(made.owner_id, made.id)
    for _ in range(5):
        key = make_key(made.id)
        ask = {"principal": owner, "key_id": key.key.id, "now": clock.now()}
        rotated, revoked = together([partial(services.rotate, **ask), partial(services.revoke, **ask)])
        assert revoked is None
        assert type(rotated).__name__ in {"Issued", "ApiKeyEnded"}
        assert not works(key.secret)
        assert not (isinstance(rotated, services.Issued) and works(rotated.secret))


def test_an_organization_never_has_too_many(monkeypatch):
    monkeypatch.setattr(keys, "MOST", 5)
    made = make_organization()
    owner = acting_as(made.owner_id, made.id)
    create = partial(services.create, principal=owner, name="x", scopes=["members:list"], now=clock.now())
    assert kinds(together([create] * 12)) == {"Issued": 5, "TooManyApiKeys": 7}


def test_use_is_noted_once_by_many_at_once():
    key = make_key(make_organization().id)
    now = clock.now()
    asked = [partial(services.authenticate, text=key.secret, ip=f"192.0.2.{n}", now=now) for n in range(12)]
    assert kinds(together(asked)) == {"Caller": 12}
    assert Credential.objects.get(pk=key.key.id).last_used_at is not None
