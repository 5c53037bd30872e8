"""Making, changing, handing over and closing organizations."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tenon.kernel.errors import FieldError
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.engines import names
from tenon.platform.identity.selectors import UserFacts
from tenon.platform.organizations import policies
from tenon.platform.organizations.engines import slugs
from tenon.platform.organizations.errors import DefaultStays, InvalidSlug, SlugTaken, UnfitOwner, WrongName
from tenon.platform.organizations.events import (
    OrganizationClosed,
    OrganizationCreated,
    OrganizationUpdated,
    OwnershipTransferred,
)
from tenon.platform.organizations.models import Invitation, Organization
from tenon.platform.organizations.models.organizations import NAME_LENGTH
from tenon.platform.organizations.selectors import OrganizationFacts, facts_of
from tenon.platform.organizations.services import members
from tenon.platform.organizations.services.turns import locked, tell, turn


def create(*, owner_id: UUID, name: str, slug: str = "", now: datetime, **details: Any) -> OrganizationFacts:
    """Make an organization that `owner_id` owns and acts in from now on. Without a `slug`, one follows from the name.

    `details` are timezone, locale, country, currency and settings.
    Raises InvalidName, InvalidSlug, SlugTaken, UnfitOwner.
    """
    names.require_one_line(name=name)
    if slug:
        _require_usable(slug)
    _require_fit_owner(owner_id)
    return _create(Organization(name=name, slug=slug or slugs.distinct(name), owner_id=owner_id, **details), now=now)


def create_personal(*, user: UserFacts, now: datetime) -> OrganizationFacts:
    """Make the workspace of one person, in the time zone and language of that person."""
    workspace = Organization(
        name=_workspace_name(user),
        slug=slugs.distinct(_called(user)),
        owner_id=user.id,
        is_personal=True,
        timezone=user.timezone,
        locale=user.locale,
    )
    return _create(workspace, now=now)


def rename_personal(*, user: UserFacts) -> None:
    """Name the person's workspaces, and make their slugs, of what the account says by now."""
    workspaces = Organization.objects.open().filter(owner=user.id, is_personal=True)
    for workspace_id in list(workspaces.values_list("pk", flat=True)):
        with locked(workspace_id) as workspace:
            name_after(workspace, user)
            _store(workspace, update_fields=["name", "slug", "updated_at", "version"])
            tell(OrganizationUpdated(workspace.id, user.id, ("name", "slug")))


def name_after(workspace: Organization, user: UserFacts) -> None:
    """Give a workspace, unsaved, the name and a slug of the person whose it is."""
    workspace.name, workspace.slug = _workspace_name(user), slugs.distinct(_called(user))


def create_default(*, owner_id: UUID, now: datetime) -> None:
    """Make the organization that the deployment acts in by default, unless it is there."""
    slug = settings.DEFAULT_ORGANIZATION
    if not Organization.objects.filter(slug=slug).exists():
        with suppress(SlugTaken):  # made at the same moment by somebody else
            _create(Organization(name=settings.SITE_NAME[:NAME_LENGTH], slug=slug, owner_id=owner_id), now=now)


def update(
    *,
    principal: Principal,
    changes: Mapping[str, Any],
    precondition: Callable[[OrganizationFacts], None] = lambda facts: None,
) -> OrganizationFacts:
    """Give fields of the organization other values; `settings` are merged into those there are.

    `precondition` sees the organization in its turn and raises when it is not what the caller has read.
    Raises Forbidden, InvalidName, InvalidSlug, SlugTaken and what `precondition` raises.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.UPDATE))
        precondition(facts_of(organization))
        names.require_one_line(name=changes.get("name", organization.name))
        wanted = {**changes, "settings": {**organization.settings, **changes.get("settings", {})}}
        fields = [name for name, value in wanted.items() if getattr(organization, name) != value]
        if not fields:
            return facts_of(organization)
        if "slug" in fields:
            _require_usable(wanted["slug"])
            if organization.slug == settings.DEFAULT_ORGANIZATION:
                raise DefaultStays
        for name in fields:
            setattr(organization, name, wanted[name])
        _store(organization, update_fields=[*fields, "updated_at", "version"])
        tell(OrganizationUpdated(organization.id, principal.id, tuple(sorted(fields))))
        return facts_of(organization)


def transfer_ownership(*, principal: Principal, user_id: UUID) -> OrganizationFacts:
    """Make another member the owner, and an admin by that; the owner before stays as an admin.

    Raises Forbidden for anybody but the owner, NotFound when `user_id` is no member, and UnfitOwner.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.TRANSFER))
        member = members.find(user_id)
        if user_id == organization.owner_id:
            return facts_of(organization)
        _require_fit_owner(user_id)
        members.give(organization.id, member, role=policies.ADMIN, grants=member.grants, actor_id=principal.id)
        organization.owner_id = user_id
        organization.save(update_fields=["owner", "updated_at", "version"])
        tell(OwnershipTransferred(organization.id, principal.id, user_id))
        return facts_of(organization)


def close(*, principal: Principal, name: str, now: datetime) -> None:
    """Close the organization for good; `name`, typed by the owner, shows that they mean it.

    Nobody is a member of it any more as far as any other service can tell, and its invitations are revoked.
    Raises Forbidden for anybody but the owner, WrongName, DefaultStays.
    """
    with turn(principal) as (organization, principal):
        policies.require(policies.may(principal, policies.CLOSE))
        if organization.slug == settings.DEFAULT_ORGANIZATION:
            raise DefaultStays
        if name.strip() != organization.name:
            raise WrongName(errors=[FieldError("/name", WrongName.code, WrongName.message)])
        organization.closed_at = now
        organization.save(update_fields=["closed_at", "updated_at", "version"])
        Invitation.pending().update(state=Invitation.State.REVOKED)
        tell(OrganizationClosed(organization.id, principal.id))


def _require_fit_owner(user_id: UUID) -> None:
    user = identity.user_facts(user_id=user_id)
    if not user.is_active or (settings.VERIFY_EMAIL_REQUIRED and not user.is_verified):
        raise UnfitOwner


def _called(user: UserFacts) -> str:
    return user.full_name or user.username or user.email.partition("@")[0]


def _workspace_name(user: UserFacts) -> str:
    return _("%(name)s’s workspace") % {"name": _called(user)[:100]}


def _create(organization: Organization, *, now: datetime) -> OrganizationFacts:
    owner_id = organization.owner_id
    with organization_scope(organization.id):
        _store(organization, force_insert=True)
        tell(OrganizationCreated(organization.id, owner_id, is_personal=organization.is_personal))
        members.join(organization.id, owner_id, role=policies.ADMIN, selected_at=now, actor_id=owner_id)
    return facts_of(organization)


def _store(organization: Organization, **options: Any) -> None:
    try:
        # A savepoint, so that only this statement's refusal is taken for a taken slug.
        with transaction.atomic():
            organization.save(**options)
    except IntegrityError:
        raise _slug_taken() from None


def _require_usable(slug: str) -> None:
    if not slugs.is_slug(slug):
        raise InvalidSlug(errors=[FieldError("/slug", InvalidSlug.code, InvalidSlug.message)])
    # Whoever had the deployment's own slug would be taken for the deployment.
    if slug == settings.DEFAULT_ORGANIZATION:
        raise _slug_taken()


def _slug_taken() -> SlugTaken:
    return SlugTaken(errors=[FieldError("/slug", SlugTaken.code, SlugTaken.message)])
