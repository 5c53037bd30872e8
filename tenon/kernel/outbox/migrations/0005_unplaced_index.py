from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outbox", "0004_unplaced")]

    operations = [
        AddIndexBesideWrites(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("unplaced_in__isnull", False)),
                fields=["unplaced_in", "sequence"],
                name="outbox_unplaced",
            ),
        ),
    ]
