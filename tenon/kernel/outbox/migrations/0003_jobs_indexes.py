# The indexes of the columns that the migration before has added, and of the list of jobs.

from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("outbox", "0002_jobs")]

    operations = [
        AddIndexBesideWrites(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("handed_over_at__isnull", False)),
                fields=["handed_over_at"],
                name="outbox_handed_over",
            ),
        ),
        AddIndexBesideWrites(
            model_name="entry",
            index=models.Index(condition=models.Q(("kind", "job")), fields=["-sequence"], name="outbox_jobs"),
        ),
        AddIndexBesideWrites(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("kind", "job")), fields=["name", "-sequence"], name="outbox_jobs_by_name"
            ),
        ),
    ]
