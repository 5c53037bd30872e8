# The index that reports are read from, in the place of the one that was made for them.

from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites, RemoveIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0006_units_of_sales")]

    operations = [
        AddIndexBesideWrites(
            model_name="ledgerentry",
            index=models.Index(
                fields=["organization", "currency", "account", "booked_at", "kind", "amount", "units", "order"],
                name="orders_ledger_report",
            ),
        ),
        RemoveIndexBesideWrites(model_name="ledgerentry", name="orders_ledger_account_by_day"),
    ]
