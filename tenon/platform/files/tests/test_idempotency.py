"""Files that are sent or announced with an Idempotency-Key: one file, however often the request is repeated."""

import pytest

from tenon.kernel.errors import Unavailable
from tenon.kernel.idempotency.models import Record
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files.errors import ScannerLost
from tenon.platform.files.models import File, Usage
from tenon.platform.files.services import uploads
from tenon.platform.files.tests.factories import TEXT
from tenon.platform.files.tests.test_api import FILES, form, send
from tenon.platform.organizations.tests.factories import add_member
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db(transaction=True)
KEY = {"Idempotency-Key": "0199f6f0-once"}
ANNOUNCED = {"name": "words.txt", "size": len(TEXT), "content_type": "text/plain"}


@pytest.fixture
def member(made) -> Api:
    """Somebody who may send."""
    return signed_in(add_member(made.id))


def states(organization_id) -> list[str]:
    with organization_scope(organization_id):
        return sorted(File.objects.values_list("state", flat=True))


def used(organization_id) -> int:
    with organization_scope(organization_id):
        return Usage.objects.get().bytes


def test_a_repeated_form_is_one_file(made, member):
    first = send(member, form(), made.id, **KEY)
    again = send(member, form(), made.id, **KEY)
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert (states(made.id), used(made.id)) == (["ready"], len(TEXT))
    other = send(member, form(), made.id)
    assert other.json()["id"] != first.json()["id"], "without a key each is a file of its own"


@pytest.mark.parametrize("body", [{"content": b"Other words."}, {"name": "other.txt"}, {"purpose": "import"}])
def test_a_key_stands_for_one_file(made, member, body):
    assert send(member, form(), made.id, **KEY).status_code == 201
    refused = send(member, form(**body), made.id, **KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert states(made.id) == ["ready"]


def test_a_repeated_announcement_has_the_same_address(made, member):
    first = member.post(f"{FILES}uploads/", ANNOUNCED, headers=KEY)
    again = member.post(f"{FILES}uploads/", ANNOUNCED, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again.json() == first.json()
    assert states(made.id) == ["pending"]


def test_an_answer_that_got_lost_is_found_again(made, member, monkeypatch):
    """The file was kept, and the process died before it said so: whoever repeats gets that file."""

    def die(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("tenon.platform.files.api.views.FileSerializer", die)
        member._client.raise_request_exception = False
        assert send(member, form(), made.id, **KEY).status_code == 500
    assert states(made.id) == ["ready"]
    again = send(member, form(), made.id, **KEY)
    assert again.status_code == 201
    assert (states(made.id), used(made.id)) == (["ready"], len(TEXT))


def test_what_was_refused_is_refused_again(made, member):
    for _ in range(2):
        assert send(member, form(b"<svg/>", "x.svg"), made.id, **KEY).status_code == 422
    assert (states(made.id), used(made.id)) == (["refused"], 0)


def test_after_a_503_it_is_tried_again(made, member, monkeypatch):
    def lost(*args: object, **kwargs: object) -> None:
        raise ScannerLost

    assert issubclass(ScannerLost, Unavailable)
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "examine", lost)
        assert send(member, form(), made.id, **KEY).status_code == 503
    assert send(member, form(), made.id, **KEY).status_code == 201
    assert (states(made.id), used(made.id)) == (["ready", "refused"], len(TEXT))


def test_what_was_never_announced_is_forgotten(made, member):
    assert send(member, form(purpose="nonsense"), made.id, **KEY).status_code in (400, 422)
    assert not Record.objects.exists()
