"""Entries that wait for their link stand in a table of their own: written by a trigger, removed by chaining."""

from django.db import migrations, models

KEEP = """
CREATE FUNCTION audit_keep_unchained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unchained (entry_id) SELECT id FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_unchained AFTER INSERT ON audit_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_unchained();
INSERT INTO audit_unchained (entry_id)
    SELECT id FROM audit_entry WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry_id = audit_entry.id)
    ON CONFLICT DO NOTHING;
"""

FORGET = """
DROP TRIGGER audit_entry_unchained ON audit_entry;
DROP FUNCTION audit_keep_unchained();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Unchained",
            fields=[("entry_id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"verbose_name_plural": "unchained"},
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
