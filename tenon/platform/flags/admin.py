"""Flags in the portal: what is on for whom, and changing it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.portal.admin import ADD, CHANGE, DELETE, PortalAdmin
from tenon.kernel.portal.forms import ServiceForm
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.flags import services
from tenon.platform.flags.engines.definitions import STICKY
from tenon.platform.flags.models import Flag
from tenon.platform.flags.selectors import FlagFacts

_FIELDS = ("description", "is_enabled", "is_exposed", "rest", "sticky_by", "rules", "variants")


class FlagForm(ServiceForm):
    """A flag. The version in it is the one that the person has seen."""

    sticky_by = forms.ChoiceField(
        label=_("One subject is"),
        choices=[(name, name) for name in STICKY],
        initial=STICKY[0],
        widget=UnfoldAdminSelectWidget(),
        help_text=_("Of whom a share is made, and who keeps a variant: each caller, or an organization as a whole."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Flag
        fields = ("key", *_FIELDS)
        labels = {
            "is_enabled": _("Enabled"),
            "is_exposed": _("Clients may know of it"),
            "rest": _("On for the rest"),
        }
        help_texts = {
            "is_enabled": _("The kill switch: without it the flag is off for everybody."),
            "rules": _('In order, such as [{"roles": ["admin"]}, {"percentage": 10}].'),
            "variants": _('Values of an A/B test, such as [{"name": "blue", "value": 1, "weight": 50}].'),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version

    def clean_rules(self) -> Any:
        """An empty text is an empty list."""
        return self.cleaned_data["rules"] or []

    def clean_variants(self) -> Any:
        """An empty text is an empty list."""
        return self.cleaned_data["variants"] or []


@admin.register(Flag)
class FlagAdmin(PortalAdmin):
    """Flags of the deployment. Every process knows of a change within a second."""

    form = FlagForm
    writes = frozenset({ADD, CHANGE, DELETE})
    list_display = ("key", "description", "is_enabled", "exposed", "rule_count", "updated_at")
    list_filter = ("is_enabled", "is_exposed")
    search_fields = ("key", "description")
    search_help_text = _("Key, description or id")
    ordering = ("key",)
    actions = ("switch_off",)
    fieldsets = (
        (None, {"fields": ("key", "description", "is_enabled", "is_exposed", "seen")}),
        (_("For whom"), {"fields": ("rules", "rest", "sticky_by")}),
        (_("Values"), {"fields": ("variants",)}),
    )

    @display(description=_("Exposed"), boolean=True, ordering="is_exposed")
    def exposed(self, flag: Flag) -> bool:
        return flag.is_exposed

    @display(description=_("Rules"))
    def rule_count(self, flag: Flag) -> int:
        return len(flag.rules)

    def get_readonly_fields(self, request: HttpRequest, obj: Flag | None = None) -> Any:
        return ("key",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Flag, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in _FIELDS}
        if not change:
            made = services.create_flag(principal=_staff(request), key=obj.key, **values)
            obj.pk = made.id
            return
        seen = form.cleaned_data["seen"]

        def unchanged(flag: FlagFacts) -> None:
            if seen is not None and flag.version != seen:
                raise PreconditionFailed(detail=gettext("Somebody has changed the flag since you opened it."))

        services.update_flag(principal=_staff(request), key=obj.key, changes=values, precondition=unchanged)

    def delete_model(self, request: HttpRequest, obj: Flag) -> None:
        services.delete_flag(principal=_staff(request), key=obj.key)

    @action(description=_("Switch off"), permissions=["act"])
    def switch_off(self, request: HttpRequest, flags: Any) -> None:
        def off(flag: Flag) -> None:
            services.set_flag(principal=_staff(request), key=flag.key, is_enabled=False)

        self.each(request, flags, off, done=gettext("Switched off"))


def _staff(request: HttpRequest) -> Principal:
    """The portal has asked what the person may; the service hears who it was."""
    return Principal(PrincipalKind.STAFF, request.user.pk)
