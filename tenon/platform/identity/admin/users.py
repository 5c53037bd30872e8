"""Accounts in the portal."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from tenon.kernel import clock
from tenon.kernel.http.localities import zone_names
from tenon.kernel.portal.admin import ADD, CHANGE, PortalAdmin
from tenon.kernel.portal.forms import ServiceForm
from tenon.platform.identity import policies, services
from tenon.platform.identity.models import User
from tenon.platform.identity.services.staff import change_rights, disable

_RIGHTS = ("is_staff", "is_superuser", "groups")


class AddUserForm(ServiceForm):
    """A new account with a first password. The service compares the password with the rules."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("A first password. Better still: leave the person to choose one by “Send a link …” in the list."),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    verified = forms.BooleanField(
        label=_("The address is known to be theirs"),
        required=False,
        help_text=_("Otherwise a link is mailed, which the person follows before they can sign in."),
    )

    class Meta:
        model = User
        fields = ("email", "username", "first_name", "last_name")

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(gettext("The two passwords differ."))
        return again


class ChangeUserForm(ServiceForm):
    """What staff may change of an account; the rights only by superusers, for whom alone the fields are there."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name) for name in zone_names()],
        widget=UnfoldAdminSelectWidget(),
    )
    locale = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", gettext("The deployment's")), *settings.LANGUAGES],
        widget=UnfoldAdminSelectWidget(),
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "timezone", "locale", "is_active", *_RIGHTS)
        labels = {"is_active": _("May sign in"), "is_staff": _("Staff"), "is_superuser": _("Superuser")}
        help_texts = {
            "username": _("A display name; it need not be unique."),
            "is_active": _("Switched off, every session ends and every password is refused."),
            "is_staff": _("May enter this portal."),
            "is_superuser": _("May do everything here, without any group."),
            "groups": _("What the person may do here."),
        }


@admin.register(User)
class UserAdmin(PortalAdmin):
    """Accounts. They are disabled, never deleted: what they did keeps its author."""

    writes = frozenset({ADD, CHANGE})
    list_display = ("email", "name", "state", "staff", "last_login", "date_joined")
    list_display_links = ("email",)
    list_filter = ("is_active", "is_verified", "is_staff", "is_superuser")
    search_fields = ("email", "username", "first_name", "last_name")
    search_help_text = _("Address, name or id")
    ordering = ("-id",)  # ids are made in the order of time
    actions = ("disable", "enable", "sign_out", "send_password_link", "send_verification_link")
    autocomplete_fields = ("groups",)
    add_fieldsets = (
        (None, {"fields": ("email", "username", ("first_name", "last_name"), "password", "again", "verified")}),
    )
    fieldsets = (
        (_("Person"), {"fields": ("email", "username", ("first_name", "last_name"), "phone_number")}),
        (_("Where"), {"fields": (("timezone", "locale"),)}),
        (_("Account"), {"fields": ("is_active", "address_verified", "live_sessions")}),
        (_("Rights in this portal"), {"fields": ("is_staff", "is_superuser", "groups")}),
        (_("History"), {"fields": (("date_joined", "last_login", "last_magic_login"), "id")}),
    )
    readonly_fields = (
        "email",
        "phone_number",
        "address_verified",
        "live_sessions",
        "date_joined",
        "last_login",
        "last_magic_login",
        "id",
    )

    @display(description=_("Name"), ordering="last_name")
    def name(self, user: User) -> str:
        return user.full_name or user.username

    @display(
        description=_("State"),
        ordering="is_active",
        label={_("Active"): "success", _("Unverified"): "warning", _("Disabled"): "danger"},
    )
    def state(self, user: User) -> Any:
        if not user.is_active:
            return _("Disabled")
        return _("Active") if user.is_verified else _("Unverified")

    @display(description=_("Staff"), ordering="is_staff", label={_("Superuser"): "info", _("Staff"): "primary"})
    def staff(self, user: User) -> Any:
        if not user.is_staff:
            return None
        return _("Superuser") if user.is_superuser else _("Staff")

    @display(description=_("Address verified"), boolean=True)
    def address_verified(self, user: User) -> bool:
        return user.is_verified

    @admin.display(description=_("Sessions"))
    def live_sessions(self, user: User) -> str:
        count = user.sessions.live(clock.now()).count()
        address = f"{reverse('admin:identity_session_changelist')}?user__id__exact={user.pk}&live=yes"
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>',
            address,
            gettext("%(count)d live") % {"count": count},
        )

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": ChangeUserForm if change else AddUserForm, **kwargs})

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is not None or policies.may_vouch(request.user):
            return super().get_fieldsets(request, obj)
        fields = [field for field in self.add_fieldsets[0][1]["fields"] if field != "verified"]
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ()
        return (*self.readonly_fields, *(() if policies.may_change_rights(request.user) else _RIGHTS))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_manage(request, obj)

    def has_act_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_act_permission(request, obj) and _may_manage(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        values = form.cleaned_data
        if not change:
            obj.pk = _register(values, verified=values["verified"] and policies.may_vouch(request.user))
            return
        # The rights first: two people's rows are locked there in one order, before either's is written.
        if policies.may_change_rights(request.user):
            groups: QuerySet[Group] = values["groups"]
            change_rights(
                actor_id=cast(UUID, request.user.pk),
                user_id=obj.pk,
                is_staff=values["is_staff"],
                is_superuser=values["is_superuser"],
                group_ids=list(groups.values_list("pk", flat=True)),
                now=clock.now(),
            )
        if "is_active" in form.changed_data:
            _switch(request, obj, on=values["is_active"])
        services.update_profile(user_id=obj.pk, changes={name: values[name] for name in _PROFILE})

    @action(description=_("Disable"), permissions=["act"])
    def disable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self.each(request, users, lambda user: _switch(request, user, on=False), done=gettext("Disabled"))

    @action(description=_("Enable again"), permissions=["act"])
    def enable(self, request: HttpRequest, users: QuerySet[User]) -> None:
        self.each(request, users, lambda user: _switch(request, user, on=True), done=gettext("Enabled"))

    @action(description=_("Sign out everywhere"), permissions=["act"])
    def sign_out(self, request: HttpRequest, users: QuerySet[User]) -> None:
        def end(user: User) -> None:
            services.sign_out_everywhere(user_id=user.pk, now=clock.now())

        self.each(request, users, end, done=gettext("Signed out everywhere"))

    @action(description=_("Send a link to choose a new password"), permissions=["act"])
    def send_password_link(self, request: HttpRequest, users: QuerySet[User]) -> None:
        def send(user: User) -> None:
            services.request_password_reset(email=user.email, now=clock.now())

        self.each(request, users, send, done=gettext("Link to choose a new password sent"))

    @action(description=_("Send the link that verifies the address again"), permissions=["act"])
    def send_verification_link(self, request: HttpRequest, users: QuerySet[User]) -> None:
        def send(user: User) -> None:
            services.resend_verification(email=user.email, now=clock.now())

        self.each(request, users, send, done=gettext("Link to verify the address sent"))


_PROFILE = ("username", "first_name", "last_name", "timezone", "locale")


def _may_manage(request: HttpRequest, user: User | None) -> bool:
    return user is None or policies.may_manage(request.user, user)


def _register(values: dict[str, Any], *, verified: bool) -> UUID:
    return services.register(
        email=values["email"],
        password=values["password"],
        username=values["username"],
        first_name=values["first_name"],
        last_name=values["last_name"],
        verified=verified,
        now=clock.now(),
    ).id


def _switch(request: HttpRequest, user: User, *, on: bool) -> None:
    if on:
        services.enable_user(user_id=user.pk, now=clock.now())
    else:
        disable(actor_id=cast(UUID, request.user.pk), user_id=user.pk, now=clock.now())
