"""Reading accounts and sessions. What leaves is values; only the list of sessions is a queryset, for paging."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tenon.kernel.errors import NotFound
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


_FACTS = tuple(field.name for field in fields(UserFacts))


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
    rows = Session.objects.live(now).filter(pk=session_id, user=user_id, user__is_active=True)
    row = rows.values_list(*(f"user__{name}" for name in _FACTS)).first()
    return None if row is None else UserFacts(*row)


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
