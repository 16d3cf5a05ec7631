"""A hub sets the rules for cumulative harm, by version, and who lives at an address is found by an index."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Referrals are submitted while the index is built.
    atomic = False

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('referrals', '0035_words_of_copies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='personkeys',
            index=models.Index(condition=models.Q(('address', ''), _negated=True), fields=['address'], name='person_by_address'),
        ),
        migrations.CreateModel(
            name='HarmRules',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('reason', models.CharField(help_text='Why the hub sets them so', max_length=500)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hub', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'verbose_name_plural': 'harm rules',
            },
        ),
        migrations.CreateModel(
            name='HarmRule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('count', models.PositiveSmallIntegerField()),
                ('months', models.PositiveSmallIntegerField()),
                ('highest_risk', models.PositiveSmallIntegerField(choices=[(1, 'Standard'), (2, 'Medium'), (3, 'High')])),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='referrals.harmrules')),
            ],
        ),
        migrations.AddConstraint(
            model_name='harmrules',
            constraint=models.UniqueConstraint(fields=('hub', 'valid_from'), name='harm_rules_one_version_from_a_day', violation_error_message='There are rules from that day already.'),
        ),
        migrations.AddConstraint(
            model_name='harmrules',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='harm_rules_say_why', violation_error_message='Say why the rules are set so.'),
        ),
        migrations.AddConstraint(
            model_name='harmrule',
            constraint=models.UniqueConstraint(fields=('version', 'months', 'highest_risk'), name='harm_rule_one_for_risk_and_months', violation_error_message='One rule for the same risk and months is enough.'),
        ),
        migrations.AddConstraint(
            model_name='harmrule',
            constraint=models.CheckConstraint(condition=models.Q(('count__gte', 2), ('count__lte', 50), ('months__gte', 1), ('months__lte', 36)), name='harm_rule_counts_what_can_be_a_pattern', violation_error_message='A pattern is of 2 to 50 referrals in 1 to 36 months.'),
        ),
        migrations.AddConstraint(
            model_name='harmrule',
            constraint=models.CheckConstraint(condition=models.Q(('highest_risk__in', [1, 2, 3])), name='harm_rule_has_a_risk'),
        ),
    ]
