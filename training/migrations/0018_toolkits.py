"""Toolkits that themes of the catalogue name. A new table."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0017_lapse_reminders'),
    ]

    operations = [
        migrations.CreateModel(
            name='Toolkit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('audience', models.CharField(choices=[('PROFESSIONALS', 'Professionals'), ('PARENTS', 'Parents and carers')], max_length=13)),
                ('title', models.CharField(max_length=200)),
                ('key', models.CharField(help_text='The title without what spellings differ in', max_length=200)),
                ('is_lead', models.BooleanField(default=False)),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='toolkits', to='training.theme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('theme', 'audience', 'key', 'is_lead'), name='toolkit_once_a_theme_and_audience'), models.UniqueConstraint(condition=models.Q(('is_lead', True)), fields=('theme',), name='toolkit_leads_its_theme_alone'), models.CheckConstraint(condition=models.Q(('is_lead', False), ('audience', 'PROFESSIONALS'), _connector='OR'), name='toolkit_that_leads_is_for_professionals'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='toolkit_has_a_key')],
            },
        ),
    ]
