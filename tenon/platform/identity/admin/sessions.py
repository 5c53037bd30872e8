"""Sessions in the portal: who is signed in, from where, and ending it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.portal.admin import PortalAdmin
from tenon.platform.identity import policies, services
from tenon.platform.identity.models import Session


class LiveFilter(admin.SimpleListFilter):
    """Whether a session may still be used."""

    title = _("state")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("yes", _("Live")), ("no", _("Ended"))]

    def queryset(self, request: HttpRequest, sessions: QuerySet[Session]) -> QuerySet[Session]:
        live = Session.objects.live(clock.now())
        if self.value() == "yes":
            return sessions & live
        return sessions.exclude(pk__in=live.values("pk")) if self.value() == "no" else sessions


@admin.register(Session)
class SessionAdmin(PortalAdmin):
    """Sign-ins on devices. Nothing of a session is a secret; its tokens are made from a key that is nowhere here."""

    list_display = ("user", "device", "address", "state", "last_used_at", "created_at")
    list_display_links = ("user",)
    list_select_related = ("user",)
    list_filter = (LiveFilter, "revoke_reason")
    linked_by = frozenset({"user__id__exact"})  # an account's page links to its sessions
    search_fields = ("user__email", "ip", "user_agent")
    search_help_text = _("Address of the person, network address, device or id")
    ordering = ("-id",)
    actions = ("end",)
    fieldsets = (
        (None, {"fields": ("user", "state", "revoke_reason")}),
        (_("Device"), {"fields": ("user_agent", "address")}),
        (
            _("Times"),
            {
                "fields": (
                    ("created_at", "last_used_at", "rotated_at"),
                    ("idle_expires_at", "absolute_expires_at", "revoked_at"),
                    "id",
                )
            },
        ),
    )

    @admin.display(description=_("Device"))
    def device(self, session: Session) -> str:
        return f"{session.user_agent[:60]}…" if len(session.user_agent) > 60 else session.user_agent

    @display(description=_("Network address"), ordering="ip")
    def address(self, session: Session) -> str | None:
        return session.ip

    @display(description=_("State"), label={_("Live"): "success", _("Ended"): "danger", _("Expired"): "warning"})
    def state(self, session: Session) -> Any:
        if session.revoked_at:
            return _("Ended")
        return _("Live") if session.is_live(clock.now()) else _("Expired")

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> Any:
        return ("state", "address")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        sessions: QuerySet[Session] = super().get_queryset(request).select_related("user")
        return sessions

    def has_act_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        allowed = super().has_act_permission(request, obj)
        return allowed and (obj is None or policies.may_manage(request.user, obj.user))

    @action(description=_("End"), permissions=["act"])
    def end(self, request: HttpRequest, sessions: QuerySet[Session]) -> None:
        def revoke(session: Session) -> None:
            try:
                services.revoke_session(user_id=session.user_id, session_id=session.pk, now=clock.now())
            except NotFound:
                raise NotFound(detail=gettext("This session had ended already.")) from None

        self.each(request, sessions, revoke, done=gettext("Ended"))
