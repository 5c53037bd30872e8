from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0003_tax_rules"),
    ]

    operations = [
        AddIndexBesideWrites(
            model_name="payment",
            index=models.Index(fields=["state", "updated_at"], name="orders_payment_waiting"),
        ),
        AddIndexBesideWrites(
            model_name="refund",
            index=models.Index(fields=["state", "updated_at"], name="orders_refund_waiting"),
        ),
    ]
