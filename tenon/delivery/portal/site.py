"""The site of the portal. Who may see and do what, is said by the apps' pages and by Django's groups."""

from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

from tenon.delivery.portal import dashboard
from tenon.kernel import clock, modules
from tenon.platform.identity.api import portal


class PortalSite(UnfoldAdminSite):  # type: ignore[misc]
    """Django's admin with unfold's pages, our sign-in and our dashboard."""

    index_template = "portal/index.html"
    index_title = gettext_lazy("Overview")
    final_catch_all_view = False  # what is not here, is nowhere: the same answer as everywhere else
    site_url = "/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As ever, without the pages of what is switched off."""
        if admin_class is None or modules.is_on(admin_class.__module__):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever is signed in here: `visitor` knows nobody but active staff."""
        return request.user.is_authenticated

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tiles = dashboard.tiles(request.user, now=clock.now())
        return super().index(request, {"tiles": tiles, **(extra_context or {})})

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        from tenon.delivery.portal.forms import SignInForm
        from tenon.delivery.portal.views import SignIn

        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": _("Sign in"),
            "app_path": request.get_full_path(),
            REDIRECT_FIELD_NAME: request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"),
            **(extra_context or {}),
        }
        request.current_app = self.name  # type: ignore[attr-defined]
        view = SignIn.as_view(
            authentication_form=SignInForm,
            template_name="admin/login.html",
            extra_context=context,
            next_page=reverse("admin:index"),
        )
        return view(request)

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        portal.close_session(request)
        return HttpResponseRedirect(reverse("admin:login"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        from tenon.delivery.portal.forms import ChangePasswordForm
        from tenon.delivery.portal.views import ChangePassword

        request.current_app = self.name  # type: ignore[attr-defined]
        view = ChangePassword.as_view(
            form_class=ChangePasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The pages whose name has the text in it; there is no second page of them."""
        query: Any = request.GET.copy()
        query["page"] = "1"
        request.GET = query
        found: HttpResponse = super().search(request, extra_context)
        return found
