"""What can go wrong with organizations, members, roles and invitations."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Forbidden, Invalid


class SlugTaken(Invalid):
    """Another organization has this slug, or the deployment keeps it for itself."""

    code = "slug_taken"
    message = _("This short name is taken.")


class InvalidSlug(Invalid):
    """A slug that does not read as words joined by hyphens, or reads as an id."""

    code = "invalid_slug"
    message = _("Lower-case letters and digits, in words joined by hyphens.")


class UnfitOwner(Invalid):
    """Whoever is to own an organization cannot sign in, or has not verified their address."""

    code = "unfit_owner"
    message = _("Only a person who can sign in and has verified their address can be the owner.")


class WrongName(Invalid):
    """What was typed to close an organization is not its name."""

    code = "wrong_name"
    message = _("This is not the name of the organization.")


class UnknownRole(Invalid):
    """No role has this name: neither a built-in one nor one of the organization's own."""

    code = "unknown_role"
    message = _("There is no such role.")


class UnknownPermissions(Invalid):
    """A word that no app declares, or that belongs to the owner alone."""

    code = "unknown_permission"
    message = _("There is no such permission to give.")


class BeyondOwnRights(Forbidden):
    """Nobody gives or takes what they do not have themselves."""

    code = "beyond_own_rights"
    message = _("This is about permissions that you do not have yourself.")


class OrganizationRequired(Forbidden):
    """The caller belongs to several organizations, or to none, and has not said which is meant."""

    code = "organization_required"
    message = _("Say which organization you act in: by X-Organization-ID, or by switching to one.")


class ForAnother(Forbidden):
    """The invitation went to an address that the caller has not shown to hold."""

    code = "invited_address_differs"
    message = _("This invitation is for another email address. Sign in with the address that it was sent to.")


class OwnerStays(Conflict):
    """The owner neither leaves, nor is removed, nor takes another role, before somebody else is the owner."""

    code = "owner_stays"
    message = _("Transfer the organization to another member first.")


class DefaultStays(Conflict):
    """The organization that a deployment acts in by default cannot be closed."""

    code = "default_stays"
    message = _("This is the organization that the deployment acts in by default. It cannot be closed.")


class AlreadyMember(Conflict):
    """The person belongs to the organization already."""

    code = "already_member"
    message = _("This person is a member already.")


class RoleTaken(Conflict):
    """A role of that name exists already."""

    code = "role_taken"
    message = _("There is a role of that name already.")


class RoleInUse(Conflict):
    """Members or pending invitations have the role."""

    code = "role_in_use"
    message = _("Members or invitations have this role. Give them another one first.")


class InvitationClosed(Conflict):
    """The invitation was answered, revoked or replaced, or its time is up."""

    code = "invitation_closed"
    message = _("This invitation can no longer be answered.")


class StillOwner(Conflict):
    """The person owns organizations that have other members, or the deployment's own; `organizations` names them."""

    code = "still_owner"
    message = _("You own organizations with other members. Make somebody else their owner, or close them, first.")
