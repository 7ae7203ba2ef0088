from typing import Any

from django.db import migrations, models

from clients.search import fold


def fold_what_is_there(apps: Any, schema_editor: Any) -> None:
    """The text by which people look for the jobs that were there before it."""
    jobs = apps.get_model("clients", "Job")._default_manager
    for job in jobs.only("summary", "actor_label").iterator(chunk_size=500):
        jobs.filter(pk=job.pk).update(search_text=fold(f"{job.summary} {job.actor_label}"))


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0003_job"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="search_text",
            field=models.TextField(default="", editable=False),
        ),
        migrations.RunPython(fold_what_is_there, migrations.RunPython.noop),
    ]
