from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def take_what_the_row_knows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A refusal had left its own address: then who came first in the window is nearest."""
    served = apps.get_model("phones", "Phone")._default_manager.filter(served_at__isnull=False)
    served.filter(refused_at=None).update(served_address=F("last_address"))
    served.filter(refused_at__isnull=False).update(served_address=F("window_address"))


class Migration(migrations.Migration):
    dependencies = [
        ("phones", "0006_coming_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="phone",
            name="served_address",
            field=models.CharField(
                blank=True, editable=False, max_length=45, verbose_name="address last served"
            ),
        ),
        migrations.RunPython(take_what_the_row_knows, migrations.RunPython.noop),
    ]
