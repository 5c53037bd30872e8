"""Who works in the portal: their rights, their groups, and how long they stay signed in."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Least

from tenon.kernel.errors import FieldError, Forbidden, NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.errors import GroupTaken, OwnRights
from tenon.platform.identity.events import StaffGroupChanged, StaffRightsChanged
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services import accounts, sessions
from tenon.platform.identity.services.sessions import idle_lifetime

# How exactly a session remembers when it was last used in the portal, so that not every page writes.
TOUCHED = timedelta(minutes=1)


def change_rights(
    *, actor_id: UUID, user_id: UUID, is_staff: bool, is_superuser: bool, group_ids: Collection[int], now: datetime
) -> None:
    """Say whether an account may enter the portal, may do everything there, and in which groups it is.

    Becoming staff, or ceasing to be, ends the account's sessions: those of staff do not live as long.
    Raises NotFound, Forbidden for anybody but an active superuser, and OwnRights for taking one's own, so that there
    is always somebody left who can give them back.
    """
    with transaction.atomic():
        actor, user = _locked(actor_id, user_id)
        if not _is_root(actor):
            raise Forbidden
        before = (user.is_staff, user.is_superuser)
        if actor_id == user_id and before != (is_staff, is_superuser):
            raise OwnRights
        known = set(user.groups.values_list("pk", flat=True))
        if before == (is_staff, is_superuser) and known == set(group_ids):
            return
        user.groups.set(group_ids)
        User.objects.filter(pk=user_id).update(is_staff=is_staff, is_superuser=is_superuser)
        if before[0] != is_staff:
            sessions.end(Session.objects.filter(user=user_id), reason=Session.RevokeReason.REVOKED, now=now)
        event = StaffRightsChanged(user_id, actor_id, is_staff, is_superuser, tuple(sorted(group_ids)))
        publish(event, aggregate=f"user:{user_id}")


def disable(*, actor_id: UUID, user_id: UUID, now: datetime) -> None:
    """Disable an account on behalf of somebody who works in the portal.

    Raises NotFound, OwnRights for one's own, and Forbidden for one of staff to anybody but an active superuser.
    """
    with transaction.atomic():
        if actor_id == user_id:
            raise OwnRights
        _require_manageable(actor_id, user_id)
        accounts.disable_user(user_id=user_id, now=now)


def enable(*, actor_id: UUID, user_id: UUID, now: datetime) -> None:
    """Let a disabled account sign in again, on behalf of staff. Raises NotFound, Forbidden as `disable`."""
    with transaction.atomic():
        _require_manageable(actor_id, user_id)
        accounts.enable_user(user_id=user_id, now=now)


def end_sessions(*, actor_id: UUID, user_id: UUID, now: datetime) -> None:
    """End every session of an account, on behalf of staff. Raises NotFound, Forbidden as `disable`."""
    with transaction.atomic():
        _require_manageable(actor_id, user_id)
        sessions.sign_out_everywhere(user_id=user_id, now=now)


def save_group(*, group_id: int | None, name: str, permission_ids: Collection[int]) -> int:
    """Make or change a group of staff: a name for permissions in the portal. Returns its id.

    Raises NotFound, GroupTaken.
    """
    try:
        with transaction.atomic():
            if group_id is None:
                group = Group.objects.create(name=name)
            else:
                group = Group.objects.select_for_update().filter(pk=group_id).first() or _missing()
                group.name = name
                group.save(update_fields=["name"])
            group.permissions.set(permission_ids)
            publish(StaffGroupChanged(group.pk, name), aggregate=f"staff_group:{group.pk}")
    except IntegrityError:
        raise GroupTaken(errors=[FieldError("/name", GroupTaken.code, GroupTaken.message)]) from None
    identifier: int = group.pk
    return identifier


def delete_group(*, group_id: int) -> None:
    """Delete a group of staff; who was in it keeps the rest of their rights. Raises NotFound."""
    with transaction.atomic():
        group = Group.objects.select_for_update().filter(pk=group_id).first() or _missing()
        group.delete()
        publish(StaffGroupChanged(group_id, group.name, deleted=True), aggregate=f"staff_group:{group_id}")


def keep_alive(*, session: Session, now: datetime) -> None:
    """Note that a member of staff used the portal, which moves the end of their session as a refresh would."""
    if now - session.last_used_at < TOUCHED:
        return
    until = now + idle_lifetime(is_staff=True)
    live = Session.objects.live(now).filter(pk=session.pk)
    live.update(last_used_at=now, idle_expires_at=Least(F("absolute_expires_at"), until))


def _locked(actor_id: UUID, user_id: UUID) -> tuple[User | None, User]:
    """Who acts and on whom, as they are now and stay until the end of the transaction. Raises NotFound.

    Two superusers who take each other's rights at once wait here, in the order of their ids, and the second finds that
    the rights are gone; what the request knew of them when it began would let both through.
    """
    rows = User.objects.select_for_update().filter(pk__in={actor_id, user_id}).order_by("pk")
    found = {row.pk: row for row in rows}
    if user_id not in found:
        raise NotFound
    return found.get(actor_id), found[user_id]


def _require_manageable(actor_id: UUID, user_id: UUID) -> None:
    """Accounts of staff are in the hands of superusers. Raises NotFound, Forbidden."""
    actor, user = _locked(actor_id, user_id)
    if (user.is_staff or user.is_superuser) and not _is_root(actor):
        raise Forbidden


def _is_root(user: User | None) -> bool:
    return user is not None and user.is_active and user.is_staff and user.is_superuser


def _missing() -> Group:
    raise NotFound
