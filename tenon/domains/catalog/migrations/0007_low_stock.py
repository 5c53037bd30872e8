# The index of what has come down to its minimum.

from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0006_skus")]

    operations = [
        AddIndexBesideWrites(
            model_name="stocklevel",
            index=models.Index(
                condition=models.Q(track_inventory=True, available__lte=models.F("min_stock_level")),
                fields=["organization", "available", "item_id"],
                name="catalog_stock_low",
            ),
        ),
    ]
