"""Signing in, changing one's password and signing out: Django's pages around our services."""

from typing import Any

from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpResponse, HttpResponseRedirect
from django.views.generic.edit import FormView

from tenon.platform.identity.api import portal


class SignIn(LoginView):
    """The form has opened the session; Django's own login is never called."""

    def form_valid(self, form: Any) -> HttpResponse:
        return HttpResponseRedirect(self.get_success_url())


class ChangePassword(PasswordChangeView):
    """The form has changed the password; our session goes on, and every other one has ended."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "session_id": portal.session_of(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        return FormView.form_valid(self, form)
