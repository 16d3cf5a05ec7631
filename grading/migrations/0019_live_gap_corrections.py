"""Other words that a reviewer writes while a live gap is open stand beside it. What reviews say already is taken over.

A correction never changes, whoever tries through this database.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

FORBID = """
CREATE FUNCTION grading_refuse_change_of_live_gap_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A correction of a live gap is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_live_gap_correction_never_changes BEFORE UPDATE ON grading_livegapcorrection
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_change_of_live_gap_correction();
"""

ALLOW = """
DROP TRIGGER grading_live_gap_correction_never_changes ON grading_livegapcorrection;
DROP FUNCTION grading_refuse_change_of_live_gap_correction();
"""

TAKE_OVER = """
INSERT INTO grading_livegapcorrection (id, gap_id, number, what, done_at_once, corrected_at, corrected_by_id)
SELECT gen_random_uuid(), gap.id, 1, review.why, review.live_gap_action, review.reviewed_at, review.reviewed_by_id
FROM grading_livegap AS gap
JOIN grading_incidentreview AS review ON review.id = gap.review_id
WHERE (review.why, review.live_gap_action) IS DISTINCT FROM (gap.what, gap.done_at_once)
    AND review.reviewed_at > gap.raised_at
    AND (gap.closed_at IS NULL OR review.reviewed_at <= gap.closed_at);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0018_grade_drafts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LiveGapCorrection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(help_text='1 came first')),
                ('what', models.TextField(help_text='What is wrong, as the reviewer wrote it then')),
                ('done_at_once', models.TextField(blank=True, help_text='What the reviewer did; empty: nobody is at risk after all')),
                ('corrected_at', models.DateTimeField()),
                ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='grading.livegap')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('gap', 'number'), name='live_gap_correction_numbered_once'), models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='live_gap_correction_says_what_is_wrong'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='live_gap_correction_numbers_begin_at_one')],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
    ]
