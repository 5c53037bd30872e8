"""The identity routes: `urlpatterns` below /api/v1/auth/, `well_known` below /.well-known/ (RFC 8615)."""

from django.urls import path

from tenon.platform.identity.api.views.magic import MagicRequestView, MagicVerifyView
from tenon.platform.identity.api.views.passwords import PasswordResetConfirmView, PasswordResetView, PasswordView
from tenon.platform.identity.api.views.registration import RegisterView, ResendVerificationView, VerifyEmailView
from tenon.platform.identity.api.views.sessions import LoginView, LogoutView, SessionsView, SessionView
from tenon.platform.identity.api.views.tokens import KeysView, RefreshView, VerifyView

app_name = "identity"

urlpatterns = [
    path("register/", RegisterView.as_view(), name="register"),
    path("verify-email/", VerifyEmailView.as_view(), name="verify-email"),
    path("verify-email/resend/", ResendVerificationView.as_view(), name="verify-email-resend"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("refresh/", RefreshView.as_view(), name="refresh"),
    path("verify/", VerifyView.as_view(), name="verify"),
    path("password/", PasswordView.as_view(), name="password"),
    path("password-reset/", PasswordResetView.as_view(), name="password-reset"),
    path("password-reset-confirm/", PasswordResetConfirmView.as_view(), name="password-reset-confirm"),
    path("magic/request/", MagicRequestView.as_view(), name="magic-request"),
    path("magic/verify/", MagicVerifyView.as_view(), name="magic-verify"),
    path("sessions/", SessionsView.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>/", SessionView.as_view(), name="session"),
]

well_known = [path("jwks.json", KeysView.as_view(), name="jwks")]
