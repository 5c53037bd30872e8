"""Ending invitations, in the caller's turn."""

from uuid import UUID

from tenon.platform.organizations.events import InvitationClosed
from tenon.platform.organizations.models import Invitation
from tenon.platform.organizations.services.turns import tell


def close_invitation(
    organization_id: UUID, invitation: Invitation, state: Invitation.State, *, actor_id: UUID | None
) -> None:
    """Note what became of an invitation."""
    invitation.state = state
    invitation.save(update_fields=["state"])
    tell(InvitationClosed(organization_id, actor_id, invitation.id, state.value))


def withdraw_sent_by(organization_id: UUID, user_id: UUID, *, actor_id: UUID | None) -> None:
    """Revoke what a member has sent and nobody has answered: it must not outlast their right to send it."""
    for invitation in Invitation.pending().filter(invited_by=user_id).order_by("pk"):
        close_invitation(organization_id, invitation, Invitation.State.REVOKED, actor_id=actor_id)
