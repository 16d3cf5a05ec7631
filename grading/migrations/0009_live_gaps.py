"""A live gap is a task of the supervisors from now on. Those of earlier reviews are raised too, as of their own day: nobody was told.

What was raised, and what was closed, never changes, whoever tries through this database.
"""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.db import migrations, models

FORBID = """
CREATE FUNCTION grading_refuse_change_of_live_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was raised as a live gap, or closed, is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_live_gap_never_changes BEFORE UPDATE ON grading_livegap FOR EACH ROW WHEN (
    OLD.closed_at IS NOT NULL
    OR (OLD.force_id, OLD.sampled_id, OLD.review_id, OLD.what, OLD.done_at_once, OLD.raised_at, OLD.raised_by_id, OLD.due_at)
        IS DISTINCT FROM
       (NEW.force_id, NEW.sampled_id, NEW.review_id, NEW.what, NEW.done_at_once, NEW.raised_at, NEW.raised_by_id, NEW.due_at)
) EXECUTE FUNCTION grading_refuse_change_of_live_gap();
"""

ALLOW = """
DROP TRIGGER grading_live_gap_never_changes ON grading_livegap;
DROP FUNCTION grading_refuse_change_of_live_gap();
"""

TAKE_OVER = """
INSERT INTO grading_livegap (id, force_id, sampled_id, review_id, what, done_at_once, raised_at, raised_by_id, due_at, outcome)
SELECT gen_random_uuid(), sample.force_id, sampled.id, review.id, review.why, review.live_gap_action, review.reviewed_at,
    review.reviewed_by_id,
    ((review.reviewed_at AT TIME ZONE 'Europe/London')::date + 1)::timestamp AT TIME ZONE 'Europe/London', ''
FROM grading_incidentreview AS review
JOIN grading_sampledincident AS sampled ON sampled.id = review.sampled_id
JOIN grading_dipsample AS sample ON sample.id = sampled.sample_id
WHERE review.live_gap;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('grading', '0008_why_not_what_the_marks_suggest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveGap',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('what', models.TextField(help_text='What is wrong: why the reviewer thinks what they think, as they wrote it then')),
                ('done_at_once', models.TextField(help_text='What the reviewer did before anybody else was told')),
                ('raised_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='The end of the day on which it was raised, in London')),
                ('outcome', models.TextField(blank=True, help_text='What was done for who may be at risk', validators=[django.core.validators.MinLengthValidator(20)])),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='live_gaps', to='grading.incidentreview')),
                ('sampled', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='live_gaps', to='grading.sampledincident')),
            ],
        ),
        migrations.CreateModel(
            name='LiveGapReading',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('read_at', models.DateTimeField()),
                ('gap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='grading.livegap')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='livegap',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['force', 'due_at'], name='live_gap_open_by_due'),
        ),
        migrations.AddConstraint(
            model_name='livegap',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('review',), name='live_gap_one_open_per_review'),
        ),
        migrations.AddConstraint(
            model_name='livegap',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', ''), _negated=True), models.Q(('done_at_once', ''), _negated=True)), name='live_gap_says_what_is_wrong_and_what_was_done'),
        ),
        migrations.AddConstraint(
            model_name='livegap',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('raised_at'))), name='live_gap_is_due_after_it_was_raised'),
        ),
        migrations.AddConstraint(
            model_name='livegap',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('outcome', '')), models.Q(('closed_at__gte', models.F('raised_at')), ('closed_by__isnull', False), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('outcome')), 20)), _connector='OR'), name='live_gap_closed_says_who_when_and_what_was_done', violation_error_message='Say what was done in at least 20 characters.'),
        ),
        migrations.AddConstraint(
            model_name='livegapreading',
            constraint=models.UniqueConstraint(fields=('gap', 'reader'), name='live_gap_reading_one_per_reader'),
        ),
        migrations.RunSQL(FORBID, ALLOW),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
    ]
