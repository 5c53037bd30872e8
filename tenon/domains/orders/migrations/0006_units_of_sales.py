"""How many pieces were sold, of what is in the books already: data apart from the tables, as PostgreSQL asks for."""

from django.db import migrations
from django.db.models import OuterRef, Subquery, Sum

from tenon.kernel.tenancy.scopes import system_scope

_SIGNS = {"sale": 1, "cancellation": -1}


def count(apps, schema_editor):
    """Each entry on the account of sales gets the pieces of its order."""
    entries = apps.get_model("orders", "LedgerEntry").objects
    items = apps.get_model("orders", "OrderItem").objects
    with system_scope(reason="what organizations have sold is counted once"):
        pieces = items.filter(order=OuterRef("order")).order_by().values("order").annotate(pieces=Sum("quantity"))
        for kind, sign in _SIGNS.items():
            rows = entries.filter(account="sales", kind=kind, units=0)
            rows.update(units=Subquery(pieces.values("pieces")) * sign)


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_ledger_units")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop, elidable=True)]
