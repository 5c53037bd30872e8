from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_jobs_indexes")]

    operations = [
        migrations.AddField(model_name="entry", name="unplaced_in", field=models.UUIDField(null=True)),
    ]
