"""Signing in to the portal and changing one's password there, through the same services as by the API."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from tenon.kernel import clock
from tenon.kernel.errors import TenonError, TooManyRequests
from tenon.platform.identity import services
from tenon.platform.identity.api import portal


class SignInForm(AuthenticationForm):  # type: ignore[misc]
    """Address and password. A valid form has opened the session."""

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("Email address")
        self.fields["username"].widget.input_type = "email"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = self.cleaned_data
        if {"username", "password"} <= values.keys():
            try:
                portal.open_session(self.request, email=values["username"], password=values["password"])
            except TooManyRequests as refusal:
                raise ValidationError(_wait(refusal.retry_after or 60)) from None
            except TenonError as refusal:
                raise ValidationError(str(refusal)) from None
        return values


class ChangePasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """The current password and the new one, twice. Saving ends every other session of the person."""

    def __init__(self, *args: Any, session_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session_id = session_id

    def clean_old_password(self) -> str:
        """Compared by the service, which counts the attempt."""
        given: str = self.cleaned_data["old_password"]
        return given

    def validate_password_for_user(self, *args: Any, **kwargs: Any) -> None:
        """Judged by the service, by the same rules."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                services.change_password(
                    user_id=self.user.pk,
                    session_id=self.session_id,
                    current_password=values["old_password"],
                    new_password=values["new_password1"],
                    now=clock.now(),
                )
            except TooManyRequests as refusal:
                self.add_error(None, _wait(refusal.retry_after or 60))
            except TenonError as refusal:
                fields = {"/current_password": "old_password", "/new_password": "new_password1"}
                for fault in refusal.errors:
                    self.add_error(fields.get(fault.pointer), str(fault.detail))
                if not refusal.errors:
                    self.add_error(None, str(refusal))
        return values

    def save(self, commit: bool = True) -> Any:
        """Nothing: a valid form has changed the password."""
        return self.user


def _wait(seconds: int) -> str:
    minutes = -(-seconds // 60)
    message = ngettext(
        "Too many attempts. Try again in %(minutes)d minute.",
        "Too many attempts. Try again in %(minutes)d minutes.",
        minutes,
    )
    return message % {"minutes": minutes}
