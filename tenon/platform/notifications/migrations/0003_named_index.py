# The index of the column that the migration before has added.

from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0002_whom_a_notification_names"),
    ]

    operations = [
        AddIndexBesideWrites(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("about__isnull", False)), fields=["about"], name="notifications_about"
            ),
        ),
    ]
