from django.db import migrations


class Migration(migrations.Migration):
    """One word for the mail of the morning: “digest” is HTTP authentication."""

    dependencies = [("clients", "0010_plain_words")]

    operations = [
        migrations.RenameField("user", "wants_digest", "wants_summary"),
        migrations.RenameField("user", "digest_sent_on", "summary_sent_on"),
    ]
