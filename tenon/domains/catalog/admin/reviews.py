"""Reviews: what waits, and what was decided."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from tenon.domains.catalog.models import ProductReview
from tenon.domains.catalog.services import reviews
from tenon.kernel import clock
from tenon.kernel.portal.across import AcrossOrganizations, acting_for

State = ProductReview.State
_STATES = {State.PENDING.label: "info", State.APPROVED.label: "success", State.REJECTED.label: "danger"}


@admin.register(ProductReview)
class ReviewAdmin(AcrossOrganizations):
    """Reviews. Their authors write and change them; staff decide where nobody moderates."""

    list_display = ("product", "rating", "title", "organization_name", "shown_state", "created_at")
    list_select_related = ("product", "organization")
    list_filter = ("state", "rating", ("organization", AutocompleteSelectFilter))
    search_fields = ("product__name", "product__sku", "organization__name", "organization__slug")
    search_help_text = _("Name or SKU of the product, name of the organization, or id")
    ordering = ("-id",)
    actions = ("approve", "reject")
    fieldsets = (
        (None, {"fields": ("product", "organization_name", "rating", "title", "body")}),
        (_("Decision"), {"fields": ("shown_state", "reason", "decided_at", "decided_by_id")}),
        (_("History"), {"fields": (("created_at", "updated_at"), "id")}),
    )
    readonly_fields = ("organization_name", "shown_state")

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, review: ProductReview) -> str:
        return str(review.organization.name)

    @display(description=_("State"), ordering="state", label=_STATES)
    def shown_state(self, review: ProductReview) -> str:
        return State(review.state).label

    @action(description=_("Approve"), permissions=["act"])
    def approve(self, request: HttpRequest, chosen: QuerySet[ProductReview]) -> None:
        def approve(review: ProductReview) -> None:
            principal = acting_for(request, review.organization_id)
            reviews.approve(principal=principal, review_id=review.pk, now=clock.now())

        self.each(request, chosen, approve, done=gettext("Approved"))

    @action(description=_("Reject"), permissions=["act"])
    def reject(self, request: HttpRequest, chosen: QuerySet[ProductReview]) -> None:
        def reject(review: ProductReview) -> None:
            principal = acting_for(request, review.organization_id)
            reviews.reject(principal=principal, review_id=review.pk, reason="rejected", now=clock.now())

        self.each(request, chosen, reject, done=gettext("Rejected"))
