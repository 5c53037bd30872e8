"""What is done about keys when somebody who made some can no longer look after them."""

from tenon.kernel import clock
from tenon.kernel.outbox.registry import subscribe
from tenon.platform.api_keys import selectors, services
from tenon.platform.identity.events import UserDisabled
from tenon.platform.organizations.events import MemberLeft, MemberRoleChanged


@subscribe(MemberLeft)
def somebody_left(event: MemberLeft) -> None:
    """Their keys are the organization's and work on; its managers learn which secrets went along."""
    services.tell_of_keys_left_behind(organization_id=event.organization_id, user_id=event.user_id, now=clock.now())


@subscribe(UserDisabled)
def somebody_was_disabled(event: UserDisabled) -> None:
    """The same in every organization for which they made keys."""
    for organization_id in selectors.organizations_of_maker(event.user_id):
        services.tell_of_keys_left_behind(organization_id=organization_id, user_id=event.user_id, now=clock.now())


@subscribe(MemberRoleChanged)
def somebodys_role_changed(event: MemberRoleChanged) -> None:
    """The same, where they may manage keys no longer."""
    services.tell_of_keys_left_behind(organization_id=event.organization_id, user_id=event.user_id, now=clock.now())
