"""Groups of staff in the portal: names for what people may do here. They are superusers' to change."""

from importlib import import_module
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from tenon.kernel.portal.admin import ADD, CHANGE, DELETE, PortalAdmin
from tenon.kernel.portal.forms import ServiceForm
from tenon.platform.identity import policies
from tenon.platform.identity.services.staff import delete_group, save_group

# Django's own page writes past the services. It is registered when its module is imported, so that has to happen first.
import_module("django.contrib.auth.admin")
admin.site.unregister(Group)


class _PermissionsField(forms.ModelMultipleChoiceField):
    """Permissions, named by the page and what may be done there."""

    def label_from_instance(self, permission: Any) -> str:
        model, verb = permission.content_type.model_class(), permission.codename.partition("_")[0]
        return f"{capfirst(model._meta.verbose_name_plural)}: {VERBS[verb]}"


VERBS = {"view": _("see"), ADD: _("add"), CHANGE: _("change, and use the actions"), DELETE: _("delete")}


def _form(site: Any) -> type[ServiceForm]:
    """The form of a group, with a permission for each page of `site` and each thing that can be done there."""
    of_use = Q(pk__in=[])
    for model, page in site._registry.items():
        # Groups are superusers' to change, whoever else may have the permission.
        verbs = {"view"} if model is Group else {"view", *page.writes, *([CHANGE] if page.actions else [])}
        names = [get_permission_codename(verb, model._meta) for verb in verbs]
        of_use |= Q(codename__in=names, content_type__app_label=model._meta.app_label)
    known = Permission.objects.filter(of_use).select_related("content_type").order_by("content_type", "id")

    class GroupForm(ServiceForm):
        permissions = _PermissionsField(
            label=_("Permissions"),
            required=False,
            queryset=known,
            widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        )

        class Meta:
            model = Group
            fields = ("name", "permissions")

    return GroupForm


@admin.register(Group)
class GroupAdmin(PortalAdmin):
    """Groups, with the permissions for what the portal has pages for: for nothing else do they say anything."""

    writes = frozenset({ADD, CHANGE, DELETE})
    list_display = ("name", "members")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "permissions")

    @admin.display(description=_("Members"), ordering="people")
    def members(self, group: Any) -> int:
        people: int = group.people
        return people

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request).annotate(people=Count("user"))
        return groups

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)

    def get_form(self, request: HttpRequest, obj: Group | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": _form(self.admin_site), **kwargs})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and policies.may_change_rights(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and policies.may_change_rights(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and policies.may_change_rights(request.user)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        permissions: QuerySet[Permission] = form.cleaned_data["permissions"]
        obj.pk = save_group(
            group_id=obj.pk if change else None,
            name=form.cleaned_data["name"],
            permission_ids=list(permissions.values_list("pk", flat=True)),
        )

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        delete_group(group_id=obj.pk)
