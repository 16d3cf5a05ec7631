"""What was settled of an incident never changes, and from then on neither do its reviews.

Nor do they once the sample is published, or once two people have reviewed the incident, whoever tries through this database.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models

FORBID = """
CREATE FUNCTION grading_refuse_change_of_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was settled is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_settlement_never_changes BEFORE UPDATE ON grading_settlement
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_settlement();

CREATE FUNCTION grading_refuse_change_of_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM grading_settlement WHERE sampled_id = OLD.sampled_id)
        OR (SELECT count(*) FROM grading_incidentreview WHERE sampled_id = OLD.sampled_id) > 1
        OR EXISTS (
            SELECT FROM grading_sampledincident AS sampled JOIN grading_dipsample AS sample ON sample.id = sampled.sample_id
            WHERE sampled.id = OLD.sampled_id AND sample.state = 'PUBLISHED'
        )
    THEN
        RAISE EXCEPTION 'A review that was settled, published or followed by a second one is never changed.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grading_review_stays BEFORE UPDATE ON grading_incidentreview
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_review();
"""

ALLOW = """
DROP TRIGGER grading_review_stays ON grading_incidentreview;
DROP FUNCTION grading_refuse_change_of_review();
DROP TRIGGER grading_settlement_never_changes ON grading_settlement;
DROP FUNCTION grading_refuse_change_of_settlement();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0009_live_gaps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('required', models.CharField(choices=[('YES', 'Yes, a form was needed'), ('NO', 'No, none was needed'), ('UNCLEAR', 'Unclear, for others to settle')], max_length=7)),
                ('required_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                ('found_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                ('in_time', models.BooleanField(blank=True, help_text='null when no form was found', null=True)),
                ('reason_missing', models.CharField(blank=True, choices=[('FORGOTTEN', 'Forgotten'), ('THOUGHT_OTHER_DID', 'Thought that somebody else had done it'), ('THOUGHT_NOT_NEEDED', 'Thought that it was not needed'), ('SYSTEM', 'A fault of a system'), ('HANDED_OVER', 'Lost when the incident was handed over'), ('NOT_RECORDED', 'Not recorded')], max_length=20)),
                ('why', models.TextField(validators=[django.core.validators.MinLengthValidator(30)])),
                ('settled_at', models.DateTimeField()),
                ('sampled', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='settlement', to='grading.sampledincident')),
                ('settled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('required', 'YES'), models.Q(('required_types', []), _negated=True)), models.Q(models.Q(('required', 'YES'), _negated=True), ('required_types', [])), _connector='OR'), name='settlement_needed_says_which_forms', violation_error_message='Say which forms were needed.'), models.CheckConstraint(condition=models.Q(('in_time', None), models.Q(('found_types', []), _negated=True), _connector='OR'), name='settlement_in_time_only_of_forms_found'), models.CheckConstraint(condition=models.Q(('reason_missing', ''), ('required', 'YES'), _connector='OR'), name='settlement_reason_only_where_a_form_was_needed'), models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('why')), 30), name='settlement_says_why', violation_error_message='Say why in at least 30 characters.')],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]
