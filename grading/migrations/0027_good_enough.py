"""Whether the forms found of a sampled incident are good enough to act on, and what else a reviewer is asked. Nobody has said it of reviews so far."""

import django.contrib.postgres.fields
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("grading", "0026_rounds_from_strata"),
        ('referrals', '0039_family_sounds_and_finer_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='incidentreview',
            name='learning_themes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('TIMELY', 'Timely'), ('CONCERN', 'The concern is clear'), ('LIVED_EXPERIENCE', 'Lived experience'), ('VOICE', "Voice: the child's words, the adult's wishes"), ('NEEDS_AND_HARM', 'Needs and harm'), ('IDENTITY', 'Identity and communication'), ('CURIOSITY', 'Household, history and curiosity'), ('RISK', 'Risk and the reasons for it'), ('SHARING', 'Lawful and fair sharing'), ('ACTION', 'Action taken and what is asked')], max_length=20), blank=True, db_default=[], default=list, help_text='What is missing in a form that is not good enough', size=None),
        ),
        migrations.AddField(
            model_name='incidentreview',
            name='quick_quality',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Nobody could act on it'), (2, 'A partner would have to ask again first'), (3, 'Good enough to act on'), (4, 'Good enough, with nothing left to ask')], help_text='null when no form was found, or nobody judged it', null=True),
        ),
        migrations.AddField(
            model_name='incidentreview',
            name='school_told',
            field=models.CharField(blank=True, choices=[('IN_TIME', 'Told in time'), ('LATE', 'Told late'), ('NOT_TOLD', 'Not told'), ('NOT_NEEDED', 'No school had to be told')], db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='incidentreview',
            name='supervisor_seen',
            field=models.BooleanField(blank=True, help_text='Whether a supervisor looked at the incident; null when that is not known', null=True),
        ),
        migrations.AddField(
            model_name='settlement',
            name='learning_themes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('TIMELY', 'Timely'), ('CONCERN', 'The concern is clear'), ('LIVED_EXPERIENCE', 'Lived experience'), ('VOICE', "Voice: the child's words, the adult's wishes"), ('NEEDS_AND_HARM', 'Needs and harm'), ('IDENTITY', 'Identity and communication'), ('CURIOSITY', 'Household, history and curiosity'), ('RISK', 'Risk and the reasons for it'), ('SHARING', 'Lawful and fair sharing'), ('ACTION', 'Action taken and what is asked')], max_length=20), blank=True, db_default=[], default=list, help_text='What is missing in a form that is not good enough', size=None),
        ),
        migrations.AddField(
            model_name='settlement',
            name='quick_quality',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Nobody could act on it'), (2, 'A partner would have to ask again first'), (3, 'Good enough to act on'), (4, 'Good enough, with nothing left to ask')], help_text='null when no form was found, or nobody judged it', null=True),
        ),
        migrations.AddField(
            model_name='settlement',
            name='school_told',
            field=models.CharField(blank=True, choices=[('IN_TIME', 'Told in time'), ('LATE', 'Told late'), ('NOT_TOLD', 'Not told'), ('NOT_NEEDED', 'No school had to be told')], db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='settlement',
            name='supervisor_seen',
            field=models.BooleanField(blank=True, help_text='Whether a supervisor looked at the incident; null when that is not known', null=True),
        ),
        # The version that still runs writes nothing into these columns, so it breaks none of the rules.
        AddConstraintNotValid(
            model_name='incidentreview',
            constraint=models.CheckConstraint(condition=models.Q(('quick_quality', None), models.Q(('quick_quality__in', [1, 2, 3, 4]), models.Q(('found_types', []), _negated=True)), _connector='OR'), name='incident_review_only_forms_found_are_good_enough', violation_error_message='Only a form that was found can be good enough or not.'),
        ),
        AddConstraintNotValid(
            model_name='incidentreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quick_quality__in', (1, 2)), ('quick_quality__isnull', False), models.Q(('learning_themes', []), _negated=True)), models.Q(models.Q(('quick_quality', None), ('quick_quality__in', (3, 4)), _connector='OR'), ('learning_themes', [])), _connector='OR'), name='incident_review_not_good_enough_says_what_is_missing', violation_error_message='Say what is missing in a form that is not good enough.'),
        ),
        AddConstraintNotValid(
            model_name='incidentreview',
            constraint=models.CheckConstraint(condition=models.Q(('school_told', ''), ('required_types__contains', ['CHILD', 'DOMESTIC_ABUSE']), _connector='OR'), name='incident_review_school_told_of_child_and_domestic_abuse', violation_error_message='A school is told where a form was needed for both a child and domestic abuse.'),
        ),
        AddConstraintNotValid(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('quick_quality', None), models.Q(('quick_quality__in', [1, 2, 3, 4]), models.Q(('found_types', []), _negated=True)), _connector='OR'), name='settlement_only_forms_found_are_good_enough', violation_error_message='Only a form that was found can be good enough or not.'),
        ),
        AddConstraintNotValid(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quick_quality__in', (1, 2)), ('quick_quality__isnull', False), models.Q(('learning_themes', []), _negated=True)), models.Q(models.Q(('quick_quality', None), ('quick_quality__in', (3, 4)), _connector='OR'), ('learning_themes', [])), _connector='OR'), name='settlement_not_good_enough_says_what_is_missing', violation_error_message='Say what is missing in a form that is not good enough.'),
        ),
        AddConstraintNotValid(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('school_told', ''), ('required_types__contains', ['CHILD', 'DOMESTIC_ABUSE']), _connector='OR'), name='settlement_school_told_of_child_and_domestic_abuse', violation_error_message='A school is told where a form was needed for both a child and domestic abuse.'),
        ),
    ]
