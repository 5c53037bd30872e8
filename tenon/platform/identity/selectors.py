"""Reading accounts and sessions. What leaves is values; only the list of sessions is a queryset, for paging."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import NotFound
from tenon.kernel.statements import Statement
from tenon.kernel.statistics import Statistic, counted
from tenon.platform.identity.engines import addresses, passwords
from tenon.platform.identity.models import Session, User


@dataclass(frozen=True, slots=True)
class UserFacts:
    """What is known of an account, without its secrets. Serves as `request.user`."""

    is_authenticated: ClassVar[bool] = True

    id: UUID
    email: str
    username: str
    first_name: str
    last_name: str
    avatar_url: str
    phone_number: str
    is_staff: bool
    is_verified: bool
    is_active: bool
    timezone: str
    locale: str
    date_joined: datetime
    last_login: datetime | None

    @property
    def pk(self) -> UUID:
        """The id, under the name by which Django's and DRF's own parts ask for it."""
        return self.id

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Census:
    """How many accounts there are, and how many sessions are live."""

    users: int
    unverified: int
    disabled: int
    staff: int
    superusers: int
    sessions: int


ACCOUNT_FIELDS = (
    "id",
    "email",
    "username",
    "first_name",
    "last_name",
    "phone_number",
    "is_active",
    "is_verified",
    "is_staff",
    "is_superuser",
    "date_joined",
    "last_login",
    "last_magic_login",
)
_FACTS = tuple(field.name for field in fields(UserFacts))


# Asked by every request of a person.
_SIGNED_IN = Statement(
    lambda session_id, user_id, now: (
        Session.objects.live(now)
        .filter(pk=session_id, user=user_id, user__is_active=True)
        .values_list(*(f"user__{name}" for name in _FACTS))
    ),
    session_id=UUID,
    user_id=UUID,
    now=datetime,
)


def facts_of(user: User) -> UserFacts:
    """The facts of an account that is loaded already."""
    return UserFacts(**{name: getattr(user, name) for name in _FACTS})


def user_facts(*, user_id: UUID) -> UserFacts:
    """The facts of an account. Raises NotFound."""
    row = User.objects.filter(pk=user_id).values(*_FACTS).first()
    if row is None:
        raise NotFound
    return UserFacts(**row)


def verified_account(*, address: str) -> UUID | None:
    """The active account that has shown to hold a normalized address, if there is one."""
    found = User.objects.with_address(address).filter(is_active=True, is_verified=True)
    return found.values_list("pk", flat=True).first()


def user_with_password(*, email: str, password: str) -> UserFacts | None:
    """The account of `email`, disabled ones too, if `password` is the one it has.

    For the deployment's own questions: no attempt is counted, and the time taken tells whether there is an account.
    """
    user = User.objects.with_address(addresses.normalized(email)).first()
    return facts_of(user) if user is not None and passwords.matches(password, user.password)[0] else None


def signed_in_user(*, session_id: UUID, user_id: UUID, now: datetime) -> UserFacts | None:
    """Who is signed in with this session, in one query; None when it ended or the account is disabled."""
    row = _SIGNED_IN.first(session_id=session_id, user_id=user_id, now=now)
    return None if row is None else UserFacts(*row)


def has_right(*, user_id: UUID, right: str) -> bool:
    """Whether a member of staff has a permission in the portal (`identity.view_user`); superusers have every one."""
    user = User.objects.filter(pk=user_id, is_active=True, is_staff=True).first()
    return user is not None and user.has_perm(right)


def rights_of(*, user_id: UUID) -> tuple[bool, list[str]]:
    """Whether a member of staff is a superuser, and the permissions that their groups give, by name."""
    user = User.objects.filter(pk=user_id, is_active=True, is_staff=True).first()
    if user is None:
        return False, []
    return user.is_superuser, [] if user.is_superuser else sorted(user.get_all_permissions())


def accounts() -> QuerySet[User, Any]:
    """Every account as values, for staff: ACCOUNT_FIELDS."""
    rows: QuerySet[User, Any] = User.objects.values(*ACCOUNT_FIELDS)
    return rows


def account(*, user_id: UUID) -> dict[str, Any]:
    """One account as `accounts` has it. Raises NotFound."""
    row = accounts().filter(pk=user_id).first()
    if row is None:
        raise NotFound
    return dict(row)


def statistics() -> tuple[Statistic, ...]:
    """What this app counts, for the deployment's operators."""
    return (
        Statistic(
            "users",
            _("Accounts"),
            lambda now: User.objects.count(),
            lambda period: counted(User.objects.all(), "date_joined", period),
        ),
        Statistic("sessions", _("Live sessions"), lambda now: Session.objects.live(now).count()),
    )


def sessions_of(*, user_id: UUID, now: datetime) -> QuerySet[Session]:
    """The account's live sessions: id, user_agent, ip, created_at, last_used_at, idle_expires_at."""
    return Session.objects.live(now).filter(user=user_id)


def census(*, now: datetime) -> Census:
    """The numbers. Superusers count while they can sign in. Two queries."""
    users = User.objects.aggregate(
        users=Count("pk"),
        unverified=Count("pk", filter=Q(is_verified=False)),
        disabled=Count("pk", filter=Q(is_active=False)),
        staff=Count("pk", filter=Q(is_staff=True)),
        superusers=Count("pk", filter=Q(is_superuser=True, is_staff=True, is_active=True)),
    )
    return Census(**users, sessions=Session.objects.live(now).count())


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """From where a session was started."""

    user_agent: str
    ip: str


def session_facts(*, session_id: UUID) -> SessionFacts | None:
    """From where a session was started; None where it is no longer kept."""
    row = Session.objects.filter(pk=session_id).values_list("user_agent", "ip").first()
    return None if row is None else SessionFacts(user_agent=row[0], ip=row[1] or "")


def live_sessions(session_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Those of the sessions that may still be used."""
    rows = Session.objects.live(now).filter(pk__in=session_ids, user__is_active=True)
    return set(rows.values_list("pk", flat=True))


def active_people(*, user_ids: Collection[UUID]) -> list[UserFacts]:
    """The facts of those of the accounts that may be used, by id."""
    rows = User.objects.filter(pk__in=user_ids, is_active=True).order_by("pk").values_list(*_FACTS)
    return [UserFacts(*row) for row in rows]


def is_erased(*, user_id: UUID) -> bool:
    """Whether all that is left of the account is a tombstone."""
    return User.objects.filter(pk=user_id, erased_at__isnull=False).exists()


def active_ids(*, after: UUID | None, limit: int) -> list[UUID]:
    """The next accounts that may be used, by id."""
    rows = User.objects.filter(is_active=True)
    return list((rows.filter(pk__gt=after) if after else rows).order_by("pk").values_list("pk", flat=True)[:limit])


def count_active() -> int:
    """How many accounts may be used."""
    return User.objects.filter(is_active=True).count()


def held_of(user_id: UUID) -> dict[str, Any]:
    """What identity keeps of a person: the account and the sessions, without their secrets."""
    account = User.objects.filter(pk=user_id).values(*_FACTS, "last_magic_login", "erases_at").first()
    rows = Session.objects.filter(user=user_id).order_by("created_at")
    return {"account": account, "sessions": list(rows.values(*_SESSION))}


_SESSION = ("id", "created_at", "last_used_at", "idle_expires_at", "revoked_at", "revoke_reason", "user_agent", "ip")
