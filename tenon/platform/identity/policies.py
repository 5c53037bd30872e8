"""Who may do what with accounts in the portal, beyond the permissions that Django's groups give."""

from typing import Any

from tenon.platform.identity.models import User

Visitor = Any  # `request.user` of a page of the portal, which is an account by then


def may_manage(actor: Visitor, account: User) -> bool:
    """Accounts of staff are in the hands of superusers, or whoever may change accounts could take one over."""
    return bool(actor.is_superuser) or not account.is_staff


def may_change_rights(actor: Visitor) -> bool:
    """Nobody gives rights who does not have them all."""
    return bool(actor.is_superuser)


def may_vouch(actor: Visitor) -> bool:
    """A verified address opens invitations and more, so not everybody who adds accounts can say that one is."""
    return bool(actor.is_superuser)
