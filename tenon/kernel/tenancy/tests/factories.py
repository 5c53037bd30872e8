"""Tenants with rows of their own, and people who may hold some."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.models import Organization
from tenon.testing.probes.models import Part, Probe


@dataclass(frozen=True)
class Tenant:
    """An organization with three probes of two parts each."""

    id: UUID
    probes: tuple[Probe, ...]
    parts: tuple[Part, ...]


def make_tenant(word: str, *, holder_id: UUID | None = None) -> Tenant:
    organization = Organization.objects.create(
        name=word.title(), slug=f"{word}-{new_id().hex}", owner_id=make_user_id()
    )
    with organization_scope(organization.id):
        probes = [Probe.objects.create(name=f"probe {number}", holder_id=holder_id) for number in range(3)]
        parts = [Part.objects.create(probe=probe, label=f"{word} {side}") for probe in probes for side in ("l", "r")]
    return Tenant(organization.id, tuple(probes), tuple(parts))


def make_user_id() -> UUID:
    """A person, of whom only the id matters here."""
    email = f"{new_id().hex}@example.com"
    return UUID(str(get_user_model().objects.create(email=email, date_joined=clock.now()).pk))
