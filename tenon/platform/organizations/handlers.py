"""What organizations do when something happens to an account, in the transaction of that."""

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.outbox.registry import subscribe
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.events import AccountReclaimed, EmailVerified, UserRegistered
from tenon.platform.organizations import services


@subscribe(UserRegistered, in_transaction=True)
def settle_in(event: UserRegistered) -> None:
    """The first superuser owns the default organization; with APP_MODE=b2c everybody else gets a workspace."""
    services.claim(user_id=event.user_id)
    if event.is_superuser:
        services.create_default(owner_id=event.user_id, now=clock.now())
    elif settings.APP_MODE == "b2c":
        services.create_personal(user=identity.user_facts(user_id=event.user_id), now=clock.now())


@subscribe(EmailVerified, in_transaction=True)
def show_invitations(event: EmailVerified) -> None:
    """Whoever has shown to hold an address sees what it was invited to."""
    services.claim(user_id=event.user_id)


@subscribe(AccountReclaimed, in_transaction=True)
def rename_workspace(event: AccountReclaimed) -> None:
    """The name of a workspace was made of what a stranger had called themselves."""
    services.rename_personal(user=identity.user_facts(user_id=event.user_id))
