"""Knowledge tests, and what columns alone cannot hold: questions stand, tests go one way, and a sitting is scored once and rightly."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

# Written once: another question replaces one that is wrong.
STANDING = ("knowledgeoption",)
# Nobody deletes these: retention, when it comes, will have to say so here.
KEPT = ("knowledgequestion", "knowledgeoption", "knowledgetest", "sitting", "sittinganswer")

WALLS = """
CREATE TRIGGER training_knowledgequestion_stands BEFORE UPDATE ON training_knowledgequestion
    FOR EACH ROW WHEN (
        OLD.retired_at IS NOT NULL
        OR (OLD.id, OLD.module_id, OLD.scenario, OLD.words, OLD.explanation, OLD.keeps_order, OLD.replaces_id, OLD.written_at,
            OLD.written_by_id)
        IS DISTINCT FROM (NEW.id, NEW.module_id, NEW.scenario, NEW.words, NEW.explanation, NEW.keeps_order, NEW.replaces_id,
            NEW.written_at, NEW.written_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();

CREATE FUNCTION training_check_option() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Locked, so that no test takes the question at this moment.
    PERFORM 1 FROM training_knowledgequestion WHERE id = NEW.question_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM training_knowledgetestquestion WHERE question_id = NEW.question_id) THEN
        RAISE EXCEPTION 'A question that a test asks gets no further answer.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_option_before_it_is_asked BEFORE INSERT ON training_knowledgeoption
    FOR EACH ROW EXECUTE FUNCTION training_check_option();

CREATE FUNCTION training_check_knowledge_test() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- It gets its questions as a draft, so one that was open from the first would never ask anything.
        IF NEW.state <> 'DRAFT' THEN
            RAISE EXCEPTION 'A test begins as a draft.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.module_id, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM (NEW.id, NEW.module_id, NEW.made_at, NEW.made_by_id)
        OR (OLD.state <> 'DRAFT' AND (OLD.title, OLD.pass_percent, OLD.attempts, OLD.months_to_follow_up, OLD.fingerprint,
            OLD.opened_at, OLD.opened_by_id) IS DISTINCT FROM (NEW.title, NEW.pass_percent, NEW.attempts,
            NEW.months_to_follow_up, NEW.fingerprint, NEW.opened_at, NEW.opened_by_id))
        OR (OLD.state = 'CLOSED' AND NEW IS DISTINCT FROM OLD) THEN
        RAISE EXCEPTION 'A test that was opened stands.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (OLD.state, NEW.state) NOT IN (('DRAFT', 'DRAFT'), ('DRAFT', 'OPEN'), ('OPEN', 'OPEN'), ('OPEN', 'CLOSED')) THEN
        RAISE EXCEPTION 'A test is a draft, then open, then closed.' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'DRAFT' AND NEW.state = 'OPEN'
        AND NOT EXISTS (SELECT 1 FROM training_knowledgetestquestion WHERE test_id = NEW.id) THEN
        RAISE EXCEPTION 'A test that is open asks something.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_knowledge_test_goes_one_way BEFORE INSERT OR UPDATE ON training_knowledgetest
    FOR EACH ROW EXECUTE FUNCTION training_check_knowledge_test();

CREATE FUNCTION training_check_asking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_test uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.test_id ELSE NEW.test_id END;
    the_state text;
    the_module uuid;
BEGIN
    -- Locked, so that it does not open at this moment.
    SELECT state, module_id INTO the_state, the_module FROM training_knowledgetest WHERE id = the_test FOR UPDATE;
    IF the_state <> 'DRAFT' OR (TG_OP = 'UPDATE' AND NEW.test_id <> OLD.test_id) THEN
        RAISE EXCEPTION 'The questions of a test that was opened stand.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    PERFORM 1 FROM training_knowledgequestion WHERE id = NEW.question_id FOR UPDATE;
    IF NOT EXISTS (
        SELECT 1 FROM training_knowledgequestion
        WHERE id = NEW.question_id AND module_id = the_module AND retired_at IS NULL
    ) OR NOT EXISTS (
        SELECT 1 FROM training_knowledgeoption WHERE question_id = NEW.question_id
        HAVING count(*) BETWEEN 2 AND 6 AND count(*) FILTER (WHERE is_right) = 1
    ) THEN
        RAISE EXCEPTION 'A test asks questions of its module that are in use, each with one right answer.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_asking_in_a_draft BEFORE INSERT OR UPDATE OR DELETE ON training_knowledgetestquestion
    FOR EACH ROW EXECUTE FUNCTION training_check_asking();

CREATE FUNCTION training_check_sitting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_test training_knowledgetest;
    handed_in int;
BEGIN
    SELECT * INTO the_test FROM training_knowledgetest WHERE id = NEW.test_id FOR SHARE;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.handed_in_at IS NOT NULL OR OLD.set_aside_at IS NOT NULL
            OR (OLD.id, OLD.test_id, OLD.person_id, OLD.agency_id, OLD.cohort_id, OLD.occasion, OLD.attempt, OLD."order",
                OLD.begun_at)
            IS DISTINCT FROM (NEW.id, NEW.test_id, NEW.person_id, NEW.agency_id, NEW.cohort_id, NEW.occasion, NEW.attempt,
                NEW."order", NEW.begun_at) THEN
            RAISE EXCEPTION 'What was handed in stands.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF NEW.handed_in_at IS NOT NULL AND (the_test.state <> 'OPEN' OR NEW.out_of <> cardinality(NEW."order")
            OR NEW.right <> (SELECT count(*) FROM training_sittinganswer a JOIN training_knowledgeoption o ON o.id = a.option_id
                WHERE a.sitting_id = NEW.id AND o.is_right)) THEN
            RAISE EXCEPTION 'The score is how many answers are right, while the test is open.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF the_test.state <> 'OPEN' OR NEW.handed_in_at IS NOT NULL OR NEW.set_aside_at IS NOT NULL
        OR NEW.agency_id <> (SELECT force_id FROM training_module WHERE id = the_test.module_id)
        OR (SELECT array_agg(question_id ORDER BY question_id) FROM training_knowledgetestquestion WHERE test_id = NEW.test_id)
            IS DISTINCT FROM (SELECT array_agg(one ORDER BY one) FROM unnest(NEW."order") one) THEN
        RAISE EXCEPTION 'A sitting begins with the questions of an open test.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) INTO handed_in FROM training_sitting
    WHERE test_id = NEW.test_id AND person_id = NEW.person_id AND occasion = 'AFTER' AND handed_in_at IS NOT NULL;
    IF NOT (CASE NEW.occasion
        WHEN 'BEFORE' THEN NEW.attempt = 1 AND handed_in = 0
        WHEN 'AFTER' THEN NEW.attempt = handed_in + 1 AND NEW.attempt <= the_test.attempts
        ELSE NEW.attempt = 1 AND handed_in > 0
    END) THEN
        RAISE EXCEPTION 'Before comes before after, and attempts come one by one.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_sitting_in_order BEFORE INSERT OR UPDATE ON training_sitting
    FOR EACH ROW EXECUTE FUNCTION training_check_sitting();

CREATE FUNCTION training_check_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Locked, so that it is not handed in at this moment.
    IF NOT EXISTS (
        SELECT 1 FROM training_sitting WHERE id = NEW.sitting_id AND handed_in_at IS NULL AND set_aside_at IS NULL
            AND NEW.question_id = ANY("order") FOR UPDATE
    ) OR (TG_OP = 'UPDATE' AND (NEW.sitting_id, NEW.question_id) IS DISTINCT FROM (OLD.sitting_id, OLD.question_id))
    OR NOT EXISTS (SELECT 1 FROM training_knowledgeoption WHERE id = NEW.option_id AND question_id = NEW.question_id) THEN
        RAISE EXCEPTION 'An answer is one of its question, in a sitting that is under way.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_answer_while_under_way BEFORE INSERT OR UPDATE ON training_sittinganswer
    FOR EACH ROW EXECUTE FUNCTION training_check_answer();
""" + "".join(
    f"CREATE TRIGGER training_{table}_stands BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    for table in STANDING
) + "".join(
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in KEPT
)
NO_WALLS = "".join(f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n" for table in KEPT) + "".join(
    f"DROP TRIGGER training_{table}_stands ON training_{table};\n" for table in (*STANDING, "knowledgequestion")
) + """
DROP TRIGGER training_answer_while_under_way ON training_sittinganswer;
DROP TRIGGER training_sitting_in_order ON training_sitting;
DROP TRIGGER training_asking_in_a_draft ON training_knowledgetestquestion;
DROP TRIGGER training_knowledge_test_goes_one_way ON training_knowledgetest;
DROP TRIGGER training_option_before_it_is_asked ON training_knowledgeoption;
DROP FUNCTION training_check_answer();
DROP FUNCTION training_check_sitting();
DROP FUNCTION training_check_asking();
DROP FUNCTION training_check_knowledge_test();
DROP FUNCTION training_check_option();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0015_exercises'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KnowledgeQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('scenario', models.TextField(blank=True, help_text='What is read first; may be empty')),
                ('words', models.CharField(max_length=500)),
                ('explanation', models.TextField(blank=True, help_text='Why the right answer is right; shown when no test is left')),
                ('keeps_order', models.BooleanField(default=False, help_text='Answers are shown as they stand, not shuffled')),
                ('written_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='training.module')),
                ('replaces', models.OneToOneField(blank=True, help_text='Which one', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='training.knowledgequestion')),
                ('retired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='KnowledgeOption',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('words', models.CharField(max_length=300)),
                ('is_right', models.BooleanField(default=False)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='options', to='training.knowledgequestion')),
            ],
        ),
        migrations.CreateModel(
            name='KnowledgeTest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('pass_percent', models.PositiveSmallIntegerField(help_text='Right answers in a hundred that are enough')),
                ('attempts', models.PositiveSmallIntegerField(help_text='Afterwards; before it is always one')),
                ('months_to_follow_up', models.PositiveSmallIntegerField(blank=True, help_text='Empty: not asked again', null=True)),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('OPEN', 'Open'), ('CLOSED', 'Closed')], default='DRAFT', max_length=6)),
                ('fingerprint', models.CharField(blank=True, help_text='Of its questions, from its opening on', max_length=64)),
                ('made_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='knowledge_tests', to='training.module')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='KnowledgeTestQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_tests', to='training.knowledgequestion')),
                ('test', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='training.knowledgetest')),
            ],
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('occasion', models.CharField(choices=[('BEFORE', 'Before'), ('AFTER', 'After'), ('FOLLOW_UP', 'Follow-up')], max_length=9)),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('order', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), help_text="Of the questions, drawn by the sitting's key", size=None)),
                ('begun_at', models.DateTimeField()),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('set_aside_at', models.DateTimeField(blank=True, help_text='Not handed in in time, so it counts for nothing', null=True)),
                ('right', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('out_of', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('follow_up_on', models.DateField(blank=True, help_text='From when it is asked once more', null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('cohort', models.ForeignKey(blank=True, help_text='When they began', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.cohort')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='knowledge_sittings', to=settings.AUTH_USER_MODEL)),
                ('test', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='training.knowledgetest')),
            ],
        ),
        migrations.CreateModel(
            name='SittingAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.knowledgeoption')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.knowledgequestion')),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='training.sitting')),
            ],
        ),
        migrations.AddIndex(
            model_name='knowledgequestion',
            index=models.Index(fields=['module', 'written_at', 'id'], name='knowledge_question_of_module'),
        ),
        migrations.AddConstraint(
            model_name='knowledgequestion',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='knowledge_question_has_words', violation_error_message='Write the question.'),
        ),
        migrations.AddConstraint(
            model_name='knowledgequestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('retired_at', None), ('retired_by', None)), models.Q(('retired_at__isnull', False), ('retired_by__isnull', False)), _connector='OR'), name='knowledge_question_retired_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='knowledgeoption',
            constraint=models.UniqueConstraint(fields=('question', 'position'), name='knowledge_option_placed_once'),
        ),
        migrations.AddConstraint(
            model_name='knowledgeoption',
            constraint=models.UniqueConstraint(condition=models.Q(('is_right', True)), fields=('question',), name='knowledge_option_one_is_right', violation_error_message='Exactly one answer is right.'),
        ),
        migrations.AddConstraint(
            model_name='knowledgeoption',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 6), models.Q(('words', ''), _negated=True)), name='knowledge_option_is_one_of_few'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetest',
            constraint=models.UniqueConstraint(fields=('module', 'title'), name='knowledge_test_titled_once_in_its_module', violation_error_message='This module has a test of that title already.'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('module',), name='knowledge_test_one_open_of_a_module', violation_error_message='Another test of this module is open. Close it first.'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetest',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__gte', 1), ('attempts__lte', 5), ('pass_percent__lte', 100), models.Q(('months_to_follow_up', None), models.Q(('months_to_follow_up__gte', 1), ('months_to_follow_up__lte', 24)), _connector='OR'), models.Q(('title', ''), _negated=True)), name='knowledge_test_asks_within_bounds'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fingerprint', ''), ('opened_at', None), ('opened_by', None), ('state', 'DRAFT')), models.Q(models.Q(('state', 'DRAFT'), _negated=True), ('fingerprint__regex', '^[0-9a-f]{64}$'), ('opened_at__isnull', False), ('opened_by__isnull', False)), _connector='OR'), name='knowledge_test_opened_says_who_when_and_what'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'CLOSED')), models.Q(models.Q(('state', 'CLOSED'), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='knowledge_test_closed_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetestquestion',
            constraint=models.UniqueConstraint(fields=('test', 'question'), name='knowledge_test_asks_a_question_once'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetestquestion',
            constraint=models.UniqueConstraint(fields=('test', 'position'), name='knowledge_test_question_placed_once'),
        ),
        migrations.AddConstraint(
            model_name='knowledgetestquestion',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 20)), name='knowledge_test_question_is_one_of_few'),
        ),
        migrations.AddIndex(
            model_name='sitting',
            index=models.Index(fields=['person', 'test'], name='sitting_of_person'),
        ),
        migrations.AddIndex(
            model_name='sitting',
            index=models.Index(fields=['test', 'occasion', 'cohort'], name='sitting_of_test'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.UniqueConstraint(condition=models.Q(('set_aside_at', None)), fields=('test', 'person', 'occasion', 'attempt'), name='sitting_once_an_attempt', violation_error_message='This attempt was begun already.'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.UniqueConstraint(condition=models.Q(('handed_in_at', None), ('set_aside_at', None)), fields=('test', 'person'), name='sitting_one_under_way', violation_error_message='This person is taking the test already.'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('follow_up_on', None), ('handed_in_at', None), ('out_of', None), ('right', None)), models.Q(('handed_in_at__isnull', False), ('right__isnull', False), ('right__lte', models.F('out_of')), ('set_aside_at', None)), _connector='OR'), name='sitting_handed_in_has_a_score'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(('attempt__gte', 1)), name='sitting_attempts_count_from_1'),
        ),
        migrations.AddConstraint(
            model_name='sittinganswer',
            constraint=models.UniqueConstraint(fields=('sitting', 'question'), name='sitting_answer_one_a_question'),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
