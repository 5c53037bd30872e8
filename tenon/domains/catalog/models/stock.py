"""What there is of each product and variant, why, and what is set aside."""

from django.db import models
from django.db.models import F, Q

from tenon.domains.catalog.models.products import Product, ProductVariant
from tenon.kernel.tenancy.models import OwnedModel

NOTE_LENGTH = 300
_FREE = Q(allow_backorder=True) | Q(track_inventory=False)


class StockLevel(OwnedModel):
    """What there is of one thing that can be sold: `item_id` is the variant's id, or the product's for its own stock.

    Every product has a row of its own, every variant too. `on_hand` is in the store, `allocated` of it is set aside
    for orders, `available` is the rest. `track_inventory` and `allow_backorder` are the product's; its variants' rows
    have copies, so that one conditional statement decides. A narrow table: each sale writes here, and nowhere in the
    wide rows and many indexes of products.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stock_levels", db_index=False)
    variant = models.ForeignKey(
        ProductVariant, on_delete=models.CASCADE, null=True, blank=True, related_name="stock_levels", db_index=False
    )
    item_id = models.UUIDField(editable=False)
    on_hand = models.IntegerField(default=0)
    allocated = models.IntegerField(default=0)
    available = models.GeneratedField(
        expression=F("on_hand") - F("allocated"), output_field=models.IntegerField(), db_persist=True
    )
    min_stock_level = models.PositiveIntegerField(default=5)
    track_inventory = models.BooleanField(default=True)
    allow_backorder = models.BooleanField(default=False)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One row for a thing; stock.reserve and the joins of selectors.
            models.UniqueConstraint(fields=["organization", "item_id"], name="catalog_stock_of_item"),
            models.CheckConstraint(
                condition=(Q(variant__isnull=True) & Q(item_id=F("product")))
                | (Q(variant__isnull=False) & Q(item_id=F("variant"))),
                name="catalog_stock_item",
            ),
            models.CheckConstraint(condition=Q(allocated__gte=0), name="catalog_stock_allocated"),
            models.CheckConstraint(condition=_FREE | Q(on_hand__gte=F("allocated")), name="catalog_stock_enough"),
        ]
        indexes = [
            # The stock of a product and all its variants; deletion of a product.
            models.Index(fields=["product", "variant"], name="catalog_stock_of_product"),
            # Deletion of a variant.
            models.Index(fields=["variant"], condition=Q(variant__isnull=False), name="catalog_stock_of_variant"),
            # low_stock.running_low, on MariaDB, which has no index of some rows. Not products by stock: decision 0017.
            models.Index(fields=["organization", "available", "item_id"], name="catalog_stock_by_available"),
            # low_stock.running_low: what has come down to its minimum, and no other row is in it.
            models.Index(
                fields=["organization", "available", "item_id"],
                condition=Q(track_inventory=True, available__lte=F("min_stock_level")),
                name="catalog_stock_low",
            ),
        ]

    def __str__(self) -> str:
        return str(self.item_id)


class StockMovement(OwnedModel):
    """Why `on_hand` changed: rows are added and never changed, and `on_hand` is the sum of them.

    `reference_id` is the order, or whatever else the movement came from.
    """

    class Kind(models.TextChoices):
        """What happened."""

        SALE = "sale"
        PURCHASE = "purchase"
        ADJUSTMENT = "adjustment"
        RETURN = "return"
        DAMAGE = "damage"

    class ReferenceKind(models.TextChoices):
        """Where it came from."""

        ORDER = "order"
        MANUAL = "manual"
        IMPORT = "import"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    variant = models.ForeignKey(
        ProductVariant, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    quantity_change = models.IntegerField()
    reference_kind = models.CharField(max_length=10, choices=ReferenceKind)
    reference_id = models.UUIDField(null=True, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(quantity_change=0), name="catalog_movement_moves"),
        ]
        indexes = [
            # selectors.movements, latest first.
            models.Index(fields=["organization", "created_at", "id"], name="catalog_movement_recent"),
            # selectors.movements_of a product, latest first; the sum that on_hand must be.
            models.Index(fields=["product", "created_at", "id"], name="catalog_movement_list"),
            # Deletion of a variant.
            models.Index(fields=["variant"], condition=Q(variant__isnull=False), name="catalog_movement_of_variant"),
            # The movements of an order.
            models.Index(fields=["organization", "reference_id"], name="catalog_movement_reference"),
            # personal_data: what one person has moved, anywhere.
            models.Index(fields=["actor_id"], condition=Q(actor_id__isnull=False), name="catalog_movement_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity_change:+d}"


class StockReservation(OwnedModel):
    """What is set aside for `reference`, an order or a checkout; `expires_at` null: until somebody releases it."""

    class State(models.TextChoices):
        """What became of it."""

        HELD = "held"
        COMMITTED = "committed"
        RELEASED = "released"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    variant = models.ForeignKey(
        ProductVariant, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    item_id = models.UUIDField(editable=False)
    quantity = models.PositiveIntegerField()
    reference = models.UUIDField()
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)

    class Meta(OwnedModel.Meta):
        constraints = [
            # stock.commit and stock.release; each thing once for a reference.
            models.UniqueConstraint(
                fields=["organization", "reference", "item_id"], name="catalog_reservation_of_item"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="catalog_reservation_quantity"),
        ]
        indexes = [
            # The release of what is due, of every organization.
            models.Index(fields=["expires_at"], condition=Q(state="held"), name="catalog_reservation_due"),
            # Deletion of a product or a variant.
            models.Index(fields=["product", "variant"], name="catalog_reservation_of_product"),
            models.Index(fields=["variant"], condition=Q(variant__isnull=False), name="catalog_reserved_variant"),
        ]
