"""What the first page of the portal shows: a few numbers, each a way to the rows behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenon.kernel.observability.health import MAX_LAG
from tenon.kernel.outbox import backlog
from tenon.platform.identity import selectors as identity
from tenon.platform.organizations import selectors as organizations


@dataclass(frozen=True, slots=True)
class Tile:
    """One number. `alarm` says that somebody should do something; `link` is empty where there are no rows to see."""

    title: str
    number: int
    note: str
    icon: str
    link: str = ""
    alarm: bool = False


def tiles(user: Any, *, now: datetime) -> list[Tile]:
    """The numbers that `user` may know. At most eight queries, however much there is."""
    found: list[Tile] = []
    if user.has_perm("identity.view_user"):
        found += _people(identity.census(now=now))
    if user.has_perm("organizations.view_organization"):
        found += _organizations(organizations.census(now=now))
    if user.is_superuser:
        found += _outbox(backlog.measure(now=now))
    return found


def _people(census: identity.Census) -> list[Tile]:
    unverified = ngettext("%(number)d not verified", "%(number)d not verified", census.unverified)
    disabled = ngettext("%(number)d disabled", "%(number)d disabled", census.disabled)
    users, sessions = reverse("admin:identity_user_changelist"), reverse("admin:identity_session_changelist")
    note = f"{unverified % {'number': census.unverified}} · {disabled % {'number': census.disabled}}"
    staff = ngettext("%(number)d superuser", "%(number)d superusers", census.superusers)
    return [
        Tile(_("Users"), census.users, note, "person", users),
        Tile(
            _("Staff"),
            census.staff,
            staff % {"number": census.superusers},
            "shield_person",
            f"{users}?is_staff__exact=1",
        ),
        Tile(_("Live sessions"), census.sessions, _("signed in on a device"), "devices", f"{sessions}?live=yes"),
    ]


def _organizations(census: organizations.Census) -> list[Tile]:
    personal = ngettext("%(number)d personal", "%(number)d personal", census.personal)
    page = "admin:organizations_{}_changelist".format
    return [
        Tile(
            _("Organizations"),
            census.organizations,
            personal % {"number": census.personal},
            "domain",
            f"{reverse(page('organization'))}?state=open",
        ),
        Tile(_("Members"), census.members, _("in all organizations"), "groups", reverse(page("membership"))),
        Tile(
            _("Invitations"),
            census.invitations,
            _("wait for an answer"),
            "mail",
            f"{reverse(page('invitation'))}?state__exact=pending",
        ),
    ]


def _outbox(state: backlog.Backlog) -> list[Tile]:
    late = state.lag > MAX_LAG
    behind = _("%(seconds)d s behind") % {"seconds": state.lag.total_seconds()}
    waiting = state.due + state.in_progress
    page = reverse("admin:outbox_entry_changelist")
    return [
        Tile(
            _("Outbox"),
            waiting,
            behind if late else _("events and jobs that are due"),
            "outbox",
            f"{page}?state=due",
            late,
        ),
        Tile(
            _("Dead letters"),
            state.dead,
            _("to be tried again, or let go") if state.dead else _("nothing failed for good"),
            "report",
            f"{page}?state=dead",
            alarm=bool(state.dead),
        ),
    ]
