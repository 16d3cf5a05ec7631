"""Reviews from spreadsheets of before. What was taken over never changes, whoever tries through this database."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.db import migrations, models


WALL = """
CREATE FUNCTION grading_refuse_change_of_earlier_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was taken over from a spreadsheet is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_earlier_review_never_changes BEFORE UPDATE ON grading_earlierreview
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_earlier_review();
CREATE TRIGGER grading_earlier_import_never_changes BEFORE UPDATE ON grading_earlierimport
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_earlier_review();
"""
NO_WALL = """
DROP TRIGGER grading_earlier_import_never_changes ON grading_earlierimport;
DROP TRIGGER grading_earlier_review_never_changes ON grading_earlierreview;
DROP FUNCTION grading_refuse_change_of_earlier_review();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ("grading", "0028_judgements_are_checked"),
        ('referrals', '0039_family_sounds_and_finer_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('file_name', models.CharField(max_length=120)),
                ('sha256', models.CharField(max_length=64)),
                ('rows', models.PositiveIntegerField()),
                ('taken', models.PositiveIntegerField()),
                ('already_there', models.PositiveIntegerField()),
                ('refused', models.PositiveIntegerField()),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
        ),
        migrations.CreateModel(
            name='EarlierReview',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('row_number', models.PositiveIntegerField(help_text='As the spreadsheet shows it; its heading is row 1')),
                ('period_start', models.DateField()),
                ('period_end', models.DateField(help_text='Last day of the period')),
                ('incident_number', models.CharField(max_length=20)),
                ('kind', models.CharField(blank=True, choices=[('DOMESTIC', 'Domestic incident'), ('CHILD_CONCERN', 'Concern for a child'), ('ADULT_CONCERN', 'Concern for an adult'), ('MISSING', 'Missing person'), ('MENTAL_HEALTH', 'Mental health'), ('VIOLENCE', 'Violence'), ('ANTI_SOCIAL', 'Anti-social behaviour'), ('OTHER', 'Other')], default='', max_length=20)),
                ('required', models.CharField(choices=[('YES', 'Yes, a form was needed'), ('NO', 'No, none was needed'), ('UNCLEAR', 'Unclear, for others to settle')], max_length=7)),
                ('required_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                ('found_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                ('in_time', models.BooleanField(blank=True, help_text='null when no form was found, or it does not say', null=True)),
                ('good_enough', models.BooleanField(blank=True, help_text='null when no form was found, or it does not say', null=True)),
                ('why', models.TextField(blank=True, default='')),
                ('district', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area')),
                ('force', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('forms_found', models.ManyToManyField(blank=True, help_text='PPNs submitted here that belong to the incident', related_name='+', to='referrals.referral')),
                ('incident', models.ForeignKey(blank=True, help_text='The incident of that number, where it was imported here', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.incident')),
                ('taken_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='grading.earlierimport')),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
            ],
        ),
        migrations.AddConstraint(
            model_name='earlierimport',
            constraint=models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('already_there')), '+', models.F('refused')))), name='earlier_import_counts_in_equal_counts_out'),
        ),
        migrations.AddConstraint(
            model_name='earlierimport',
            constraint=models.CheckConstraint(condition=models.Q(('taken__gte', 1)), name='earlier_import_took_something'),
        ),
        migrations.AddIndex(
            model_name='earlierreview',
            index=models.Index(fields=['force', '-period_start', 'incident_number', 'id'], name='earlier_review_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='earlierreview',
            constraint=models.UniqueConstraint(fields=('force', 'incident_number', 'period_start', 'period_end'), name='earlier_review_once_an_incident_and_period'),
        ),
        migrations.AddConstraint(
            model_name='earlierreview',
            constraint=models.CheckConstraint(condition=models.Q(('period_start__day', 1), ('period_start__lt', models.F('period_end')), ('period_start__year', models.F('period_end__year'))), name='earlier_review_period_is_of_months_within_a_year'),
        ),
        migrations.AddConstraint(
            model_name='earlierreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('required', 'YES'), models.Q(('required_types', []), _negated=True)), models.Q(models.Q(('required', 'YES'), _negated=True), ('required_types', [])), _connector='OR'), name='earlier_review_needed_says_for_what'),
        ),
        migrations.AddConstraint(
            model_name='earlierreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('good_enough', None), ('in_time', None)), models.Q(('found_types', []), _negated=True), _connector='OR'), name='earlier_review_judges_only_forms_found'),
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
