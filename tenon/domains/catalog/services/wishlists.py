"""Wishlists: a person's own, read by others where they hand out a link."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tenon.domains.catalog import selectors
from tenon.domains.catalog.errors import NameTaken, TooMany
from tenon.domains.catalog.models import Product, ProductVariant, Wishlist, WishlistItem
from tenon.domains.catalog.selectors import WishFacts, WishlistFacts
from tenon.kernel import crypto
from tenon.kernel.errors import NotFound
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import organization_scope

MOST_LISTS, MOST_ITEMS = 50, 500


def create_wishlist(*, principal: Principal, name: str, now: datetime) -> WishlistFacts:
    """Make a further list. Raises NameTaken, and TooMany for one list too many."""
    with organization_scope(principal.acting_in):
        if Wishlist.objects.filter(user=principal.id).count() >= MOST_LISTS:
            raise TooMany
        try:
            with transaction.atomic():
                made = Wishlist.objects.create(user_id=cast(UUID, principal.id), name=name, created_at=now)
        except IntegrityError:
            raise NameTaken from None
        return selectors.wishlist_of(cast(UUID, principal.id), made.id)


def rename_wishlist(*, principal: Principal, wishlist_id: UUID, name: str) -> WishlistFacts:
    """Call a list otherwise. Raises NotFound, NameTaken."""
    with organization_scope(principal.acting_in):
        wishlist = _own(principal, wishlist_id)
        wishlist.name = name
        try:
            with transaction.atomic():
                wishlist.save(update_fields=["name"])
        except IntegrityError:
            raise NameTaken from None
        return selectors.wishlist_of(cast(UUID, principal.id), wishlist_id)


def delete_wishlist(*, principal: Principal, wishlist_id: UUID) -> None:
    """Delete a list with what is on it. Raises NotFound."""
    with organization_scope(principal.acting_in):
        _own(principal, wishlist_id).delete()


def wish(
    *,
    principal: Principal,
    wishlist_id: UUID | None,
    product_id: UUID,
    variant_id: UUID | None,
    now: datetime,
    note: str = "",
) -> tuple[WishFacts, bool]:
    """Put something on a list; None: on the default one, which is made when it is first needed.

    Returns it, and whether it was not there before; then its note stays as it is.
    Raises NotFound, and TooMany for one thing too many.
    """
    if wishlist_id is None:
        wishlist_id = _default(principal, now=now)
    with organization_scope(principal.acting_in):
        wishlist = _own(principal, wishlist_id)
        _require_offered(product_id, variant_id)
        row = selectors.wishes(wishlist.id).filter(item_id=variant_id or product_id).first()
        if row is not None:
            return selectors.offered([row])[0], False
        if WishlistItem.objects.filter(wishlist=wishlist).count() >= MOST_ITEMS:
            raise TooMany
        made = WishlistItem.objects.create(
            wishlist=wishlist, product_id=product_id, variant_id=variant_id, note=note, created_at=now
        )
        return selectors.offered([selectors.wishes(wishlist.id).get(pk=made.pk)])[0], True


def unwish(*, principal: Principal, wishlist_id: UUID, wish_id: UUID) -> None:
    """Take something off a list. Raises NotFound."""
    with organization_scope(principal.acting_in):
        wishlist = _own(principal, wishlist_id)
        if not WishlistItem.objects.filter(wishlist=wishlist, pk=wish_id).delete()[0]:
            raise NotFound


def share_wishlist(*, principal: Principal, wishlist_id: UUID) -> str:
    """Let anybody read a list who has the secret that is returned; the one before it is no longer good.

    Raises NotFound.
    """
    with organization_scope(principal.acting_in):
        wishlist = _own(principal, wishlist_id)
        secret = crypto.random_token()
        wishlist.share_digest = crypto.digest(secret)
        wishlist.save(update_fields=["share_digest"])
        return secret


def unshare_wishlist(*, principal: Principal, wishlist_id: UUID) -> None:
    """Let nobody else read a list any more. Raises NotFound."""
    with organization_scope(principal.acting_in):
        wishlist = _own(principal, wishlist_id)
        wishlist.share_digest = None  # type: ignore[assignment]
        wishlist.save(update_fields=["share_digest"])


def _own(principal: Principal, wishlist_id: UUID) -> Wishlist:
    """The list, held: whoever puts things on it takes turns."""
    rows = Wishlist.objects.select_for_update(no_key=connection.features.has_select_for_no_key_update)
    wishlist = rows.filter(pk=wishlist_id, user=principal.id).first()
    if wishlist is None:
        raise NotFound
    return wishlist


def _default(principal: Principal, *, now: datetime) -> UUID:
    """The default list, made where there is none, in a scope of its own."""
    organization_id, name = principal.acting_in, _("Wishlist")
    with organization_scope(organization_id):
        mine = Wishlist.objects.filter(user=principal.id)
        known = mine.filter(is_default=True).order_by("created_at").values_list("pk", flat=True).first()
        if known is not None:
            return known
    try:
        with organization_scope(organization_id):
            made = Wishlist.objects.create(user_id=cast(UUID, principal.id), name=name, is_default=True, created_at=now)
            return made.id
    except IntegrityError:  # somebody else was at it as well, or a list was given this name
        with organization_scope(organization_id):
            return Wishlist.objects.filter(user=principal.id, name=name).values_list("pk", flat=True).get()


def _require_offered(product_id: UUID, variant_id: UUID | None) -> None:
    rows = Product.objects.filter(pk=product_id, is_active=True)
    if variant_id is not None:
        rows = rows.filter(pk__in=ProductVariant.objects.filter(pk=variant_id, is_active=True).values("product_id"))
    if not rows.exists():
        raise NotFound
