"""What can be done with accounts, passwords and sessions."""

from tenon.platform.identity.services.accounts import disable_user, enable_user, take_turn, update_profile
from tenon.platform.identity.services.erasure import request_erasure, require_proof
from tenon.platform.identity.services.magic_codes import Challenge, request_magic_code
from tenon.platform.identity.services.magic_sign_in import verify_magic_code
from tenon.platform.identity.services.passwords import change_password, request_password_reset, reset_password
from tenon.platform.identity.services.purging import purge
from tenon.platform.identity.services.registration import create_superuser, register
from tenon.platform.identity.services.sessions import (
    Device,
    SignedIn,
    Tokens,
    hold_session,
    refresh,
    revoke_session,
    sign_out,
    sign_out_by_token,
    sign_out_elsewhere,
    sign_out_everywhere,
    start_session,
    verify_token,
)
from tenon.platform.identity.services.sign_in import sign_in
from tenon.platform.identity.services.verification import resend_verification, verify_email

__all__ = [
    "Challenge",
    "Device",
    "SignedIn",
    "Tokens",
    "change_password",
    "create_superuser",
    "disable_user",
    "enable_user",
    "hold_session",
    "purge",
    "refresh",
    "register",
    "request_erasure",
    "request_magic_code",
    "request_password_reset",
    "require_proof",
    "resend_verification",
    "reset_password",
    "revoke_session",
    "sign_in",
    "sign_out",
    "sign_out_by_token",
    "sign_out_elsewhere",
    "sign_out_everywhere",
    "start_session",
    "take_turn",
    "update_profile",
    "verify_email",
    "verify_magic_code",
    "verify_token",
]
