"""Lines of clients that ended before lines could end with them: their numbers are free again."""

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Coalesce, Now


def end_lines(apps, schema_editor):
    subscribers = apps.get_model("clients", "Subscriber")._base_manager
    logins = apps.get_model("clients", "User")._base_manager
    clients = apps.get_model("clients", "Client")._base_manager
    terminated = clients.filter(status="terminated")
    for client in terminated.annotate(end=Coalesce(F("terminated_at"), Now())).iterator():
        subscribers.filter(client=client, ended_at=None).update(ended_at=client.end)
    logins.filter(subscriber__client__status="terminated").delete()


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_numbers_of_ended_lines")]

    operations = [migrations.RunPython(end_lines, migrations.RunPython.noop)]
