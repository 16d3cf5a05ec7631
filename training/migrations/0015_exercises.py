"""Exercises on paper, their runs, and what columns alone cannot hold: sheets come in order, and what groups decided stands."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import uuid
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


# Written once: a decision or a record of a meeting is followed by the next one.
STANDING = ("injectrelease", "groupdecision", "mockmeeting", "mockaction")
# Nobody deletes these: retention, when it comes, will have to say so here.
KEPT = ("exercise", "exerciserun", *STANDING)
MOVES = "('PLANNED', 'RUNNING'), ('PLANNED', 'CANCELLED'), ('RUNNING', 'MEETING'), ('RUNNING', 'DEBRIEF'), ('MEETING', 'DEBRIEF'), ('DEBRIEF', 'ENDED')"  # fmt: skip

WALLS = f"""
CREATE FUNCTION training_check_exercise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM training_exercise WHERE id = NEW.replaces_id AND force_id = NEW.force_id
        AND title = NEW.title AND number = NEW.number - 1 AND ready_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'A version follows one of the same title that is ready.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.ready_at IS NOT NULL OR NEW.retired_at IS NOT NULL THEN
            RAISE EXCEPTION 'An exercise begins as a draft.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.retired_at IS NOT NULL OR (OLD.force_id, OLD.replaces_id, OLD.number)
        IS DISTINCT FROM (NEW.force_id, NEW.replaces_id, NEW.number) OR (OLD.ready_at IS NOT NULL AND
        (OLD.title, OLD.aims, OLD.opening, OLD.for_facilitator, OLD.minutes, OLD.written_at, OLD.written_by_id,
         OLD.ready_at, OLD.ready_by_id) IS DISTINCT FROM (NEW.title, NEW.aims, NEW.opening, NEW.for_facilitator,
         NEW.minutes, NEW.written_at, NEW.written_by_id, NEW.ready_at, NEW.ready_by_id)) THEN
        RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.ready_at IS NULL AND NEW.ready_at IS NOT NULL AND (
        (SELECT count(*) = 0 OR max(position) <> count(*) FROM training_inject WHERE exercise_id = NEW.id)
        OR EXISTS (
            SELECT 1 FROM training_inject one JOIN training_inject later USING (exercise_id)
            WHERE exercise_id = NEW.id AND later.position > one.position AND later.minute < one.minute
        )
    ) THEN
        RAISE EXCEPTION 'An exercise that is ready has sheets in the order of their minutes.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_exercise_stands BEFORE INSERT OR UPDATE ON training_exercise
    FOR EACH ROW EXECUTE FUNCTION training_check_exercise();

CREATE FUNCTION training_check_inject() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_exercise uuid := coalesce(NEW.exercise_id, OLD.exercise_id);
    the_ready timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.exercise_id <> NEW.exercise_id THEN
        RAISE EXCEPTION 'A sheet stays in its exercise.' USING ERRCODE = 'check_violation';
    END IF;
    -- Locked, so that a sheet cannot change while somebody says that the exercise is ready.
    SELECT ready_at INTO the_ready FROM training_exercise WHERE id = the_exercise FOR SHARE;
    IF the_ready IS NOT NULL THEN
        RAISE EXCEPTION 'The sheets of an exercise that is ready stand.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER training_inject_before_it_is_ready BEFORE INSERT OR UPDATE OR DELETE ON training_inject
    FOR EACH ROW EXECUTE FUNCTION training_check_inject();

CREATE FUNCTION training_check_new_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'PLANNED' OR NOT EXISTS (
        SELECT 1 FROM training_exercise
        WHERE id = NEW.exercise_id AND force_id = NEW.force_id AND ready_at IS NOT NULL AND retired_at IS NULL
    ) THEN
        RAISE EXCEPTION 'A run is planned, of an exercise of the force that is ready.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.session_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM training_trainingsession WHERE id = NEW.session_id AND force_id = NEW.force_id
    ) THEN
        RAISE EXCEPTION 'A run hangs on a session of the same force.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_run_of_what_is_ready BEFORE INSERT ON training_exerciserun
    FOR EACH ROW EXECUTE FUNCTION training_check_new_run();

CREATE FUNCTION training_check_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.exercise_id, OLD.force_id, OLD.session_id, OLD.planned_at, OLD.planned_by_id)
        IS DISTINCT FROM (NEW.exercise_id, NEW.force_id, NEW.session_id, NEW.planned_at, NEW.planned_by_id)
        OR (OLD.started_at IS NOT NULL AND (OLD.started_at, OLD.started_by_id, OLD.title, OLD.planned_for)
            IS DISTINCT FROM (NEW.started_at, NEW.started_by_id, NEW.title, NEW.planned_for))
        OR (OLD.met_at IS NOT NULL AND OLD.met_at IS DISTINCT FROM NEW.met_at)
        OR (OLD.debriefed_at IS NOT NULL AND OLD.debriefed_at IS DISTINCT FROM NEW.debriefed_at)
        OR OLD.state IN ('ENDED', 'CANCELLED') THEN
        RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN ({MOVES}) THEN
        RAISE EXCEPTION 'A run takes one step after the other.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'RUNNING' AND OLD.state = 'PLANNED' AND (
        NOT EXISTS (SELECT 1 FROM training_rungroup WHERE run_id = NEW.id) OR EXISTS (
            SELECT 1 FROM training_rungroup g WHERE g.run_id = NEW.id
            AND NOT EXISTS (SELECT 1 FROM training_groupmember m WHERE m.group_id = g.id)
        )
    ) THEN
        RAISE EXCEPTION 'A run starts with somebody in each of its groups.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_run_step_by_step BEFORE UPDATE ON training_exerciserun
    FOR EACH ROW EXECUTE FUNCTION training_check_run();

CREATE FUNCTION training_check_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_state text;
BEGIN
    SELECT state INTO the_state FROM training_exerciserun WHERE id = coalesce(OLD.run_id, NEW.run_id) FOR SHARE;
    IF the_state <> 'PLANNED' OR (TG_OP = 'UPDATE' AND OLD.run_id <> NEW.run_id) THEN
        RAISE EXCEPTION 'The groups stand once a run has started.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER training_group_before_the_start BEFORE INSERT OR UPDATE OR DELETE ON training_rungroup
    FOR EACH ROW EXECUTE FUNCTION training_check_group();

CREATE FUNCTION training_check_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_state text;
    the_force uuid;
BEGIN
    SELECT state, force_id INTO the_state, the_force
    FROM training_exerciserun WHERE id = coalesce(OLD.run_id, NEW.run_id) FOR SHARE;
    IF TG_OP = 'DELETE' THEN
        IF the_state <> 'PLANNED' THEN
            RAISE EXCEPTION 'Nobody is taken out once a run has started.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM training_rungroup WHERE id = NEW.group_id AND run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'A member is in a group of the same run.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT 1 FROM accounts_user WHERE id = NEW.person_id AND agency_id = the_force) THEN
        RAISE EXCEPTION 'A member is of the force.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.run_id, OLD.person_id, OLD.added_at, OLD.added_by_id)
        IS DISTINCT FROM (NEW.run_id, NEW.person_id, NEW.added_at, NEW.added_by_id) THEN
        RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (TG_OP = 'INSERT' OR (OLD.group_id, OLD.plays) IS DISTINCT FROM (NEW.group_id, NEW.plays))
        AND the_state NOT IN ('PLANNED', 'RUNNING', 'MEETING') THEN
        RAISE EXCEPTION 'The groups stand from the debrief on.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.took_part IS DISTINCT FROM (CASE TG_OP WHEN 'UPDATE' THEN OLD.took_part END) AND the_state <> 'DEBRIEF' THEN
        RAISE EXCEPTION 'Who took part is said when a run ends.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_member_in_time BEFORE INSERT OR UPDATE OR DELETE ON training_groupmember
    FOR EACH ROW EXECUTE FUNCTION training_check_member();

CREATE FUNCTION training_check_release() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_state text;
    the_exercise uuid;
    the_position int;
BEGIN
    -- Locked, so that two releases at the same moment see each other.
    SELECT state, exercise_id INTO the_state, the_exercise FROM training_exerciserun WHERE id = NEW.run_id FOR UPDATE;
    IF the_state <> 'RUNNING' THEN
        RAISE EXCEPTION 'Sheets are released while a run is running.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT position INTO the_position FROM training_inject WHERE id = NEW.inject_id AND exercise_id = the_exercise;
    IF the_position IS NULL OR the_position <> 1 + (SELECT count(*) FROM training_injectrelease WHERE run_id = NEW.run_id) THEN
        RAISE EXCEPTION 'Sheets are released in their order.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_release_in_order BEFORE INSERT ON training_injectrelease
    FOR EACH ROW EXECUTE FUNCTION training_check_release();

CREATE FUNCTION training_check_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_run uuid;
    the_state text;
BEGIN
    -- Locked, so that two of a group who write at the same moment see each other.
    SELECT run_id INTO the_run FROM training_rungroup WHERE id = NEW.group_id FOR NO KEY UPDATE;
    SELECT state INTO the_state FROM training_exerciserun WHERE id = the_run FOR SHARE;
    IF the_state <> 'RUNNING'
        OR NOT EXISTS (SELECT 1 FROM training_injectrelease WHERE run_id = the_run AND inject_id = NEW.inject_id) THEN
        RAISE EXCEPTION 'A group decides on a sheet that was released, while the run is running.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM training_groupmember WHERE group_id = NEW.group_id AND person_id = NEW.written_by_id) THEN
        RAISE EXCEPTION 'The members of a group write what it decides.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> 1 + (SELECT count(*) FROM training_groupdecision WHERE group_id = NEW.group_id AND inject_id = NEW.inject_id) THEN
        RAISE EXCEPTION 'A decision follows the one before.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_decision_in_order BEFORE INSERT ON training_groupdecision
    FOR EACH ROW EXECUTE FUNCTION training_check_decision();

CREATE FUNCTION training_check_mock_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_run uuid;
    the_state text;
BEGIN
    SELECT run_id INTO the_run FROM training_rungroup WHERE id = NEW.group_id FOR NO KEY UPDATE;
    SELECT state INTO the_state FROM training_exerciserun WHERE id = the_run FOR SHARE;
    IF the_state <> 'MEETING' THEN
        RAISE EXCEPTION 'A meeting is recorded while the run is at it.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM training_groupmember WHERE group_id = NEW.group_id AND person_id = NEW.written_by_id) THEN
        RAISE EXCEPTION 'The members of a group write what it decides.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> 1 + (SELECT count(*) FROM training_mockmeeting WHERE group_id = NEW.group_id) THEN
        RAISE EXCEPTION 'A version follows the one before.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_mock_meeting_in_order BEFORE INSERT ON training_mockmeeting
    FOR EACH ROW EXECUTE FUNCTION training_check_mock_meeting();

CREATE FUNCTION training_check_mock_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_mockmeeting this
        JOIN training_rungroup g ON g.id = this.group_id JOIN training_exerciserun r ON r.id = g.run_id
        WHERE this.id = NEW.meeting_id AND r.state = 'MEETING' AND NOT EXISTS (
            SELECT 1 FROM training_mockmeeting later WHERE later.group_id = this.group_id AND later.number > this.number
        )
    ) THEN
        RAISE EXCEPTION 'An action belongs to the newest version of a meeting.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_mock_action_of_the_newest BEFORE INSERT ON training_mockaction
    FOR EACH ROW EXECUTE FUNCTION training_check_mock_action();
""" + "".join(
    f"CREATE TRIGGER training_{table}_stays BEFORE UPDATE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_to_rewrite();\n"
    for table in STANDING
) + "".join(
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in KEPT
)
TRIGGERS = (
    ("exercise_stands", "exercise", "exercise"),
    ("inject_before_it_is_ready", "inject", "inject"),
    ("run_of_what_is_ready", "exerciserun", "new_run"),
    ("run_step_by_step", "exerciserun", "run"),
    ("group_before_the_start", "rungroup", "group"),
    ("member_in_time", "groupmember", "member"),
    ("release_in_order", "injectrelease", "release"),
    ("decision_in_order", "groupdecision", "decision"),
    ("mock_meeting_in_order", "mockmeeting", "mock_meeting"),
    ("mock_action_of_the_newest", "mockaction", "mock_action"),
)
NO_WALLS = "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n" for table in KEPT
) + "".join(
    f"DROP TRIGGER training_{table}_stays ON training_{table};\n" for table in STANDING
) + "".join(
    f"DROP TRIGGER training_{trigger} ON training_{table};\nDROP FUNCTION training_check_{function}();\n"
    for trigger, table, function in TRIGGERS
)  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0014_inductions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Exercise',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('title', models.CharField(max_length=100)),
                ('number', models.PositiveSmallIntegerField(default=1, help_text='Which version')),
                ('replaces', models.OneToOneField(blank=True, help_text='Of which', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next_version', to='training.exercise')),
                ('aims', models.TextField(help_text='What somebody can do afterwards')),
                ('opening', models.TextField(help_text='What everybody reads before the first sheet')),
                ('for_facilitator', models.TextField(blank=True, help_text='What groups never see')),
                ('minutes', models.PositiveSmallIntegerField(help_text='From start to debrief', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(600)])),
                ('written_at', models.DateTimeField()),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
                ('ready_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('retired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('force', 'title', 'number'), name='exercise_titled_once_in_its_force', violation_error_message='There is an exercise of that title already.'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('aims', ''), _negated=True), models.Q(('opening', ''), _negated=True), ('minutes__gte', 10), ('number__gte', 1)), name='exercise_says_what_it_is_about', violation_error_message='An exercise has a title, aims, an opening, and takes ten minutes or more.'), models.CheckConstraint(condition=models.Q(models.Q(('ready_at', None), ('ready_by', None)), models.Q(('ready_at__isnull', False), ('ready_by__isnull', False), models.Q(('ready_by', models.F('written_by')), _negated=True)), _connector='OR'), name='exercise_found_ready_by_somebody_else', violation_error_message='Somebody else reads an exercise before it is run.'), models.CheckConstraint(condition=models.Q(models.Q(('retired_at', None), ('retired_by', None)), models.Q(('retired_at__isnull', False), ('retired_by__isnull', False)), _connector='OR'), name='exercise_retired_says_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='Inject',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('exercise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='injects', to='training.exercise')),
                ('position', models.PositiveSmallIntegerField()),
                ('minute', models.PositiveSmallIntegerField(help_text='After the start, as planned')),
                ('source', models.CharField(choices=[('CALL', '999 or 101 call'), ('OFFICER', 'Officer at the address'), ('POLICE_SYSTEMS', 'Police systems'), ('SCHOOL', 'School or nursery'), ('HEALTH_VISITOR', 'Health visitor'), ('HEALTH', 'Doctor, dentist or hospital'), ('CHILDRENS_SERVICES', "Children's services"), ('HOUSING', 'Housing'), ('NEIGHBOUR', 'Neighbour'), ('FAMILY', 'Parent or relative'), ('CHILD', 'The child')], max_length=20)),
                ('addressed_to', models.CharField(blank=True, choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], help_text='Who reads it to the group; empty: everybody', max_length=20)),
                ('title', models.CharField(max_length=100)),
                ('text', models.TextField()),
                ('asks', models.CharField(blank=True, help_text='A question to the groups', max_length=300)),
                ('expected', models.TextField(help_text='What a good group asks and does, and why')),
                ('expected_choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('NOTHING', 'Nothing'), ('WATCH', 'Write it down and watch'), ('SPEAK', 'Speak with somebody in the family'), ('ASK', 'Ask another agency what it knows'), ('VISIT', 'Go to the address'), ('NOTICE', 'Send a PPN'), ('RING', "Ring children's services now"), ('MEETING', 'Ask for a strategy meeting'), ('PROTECT', 'Use police protection')], max_length=10), help_text='Any of them is what was expected', size=None)),
                ('expected_risk', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'No harm likely'), (2, 'Some harm likely'), (3, 'Significant harm likely'), (4, 'Significant harm now')], null=True)),
                ('for_facilitator', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('exercise', 'position'), name='inject_placed_once'), models.CheckConstraint(condition=models.Q(('expected_choices__len__gte', 1), ('position__gte', 1), ('position__lte', 20), models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True), models.Q(('expected', ''), _negated=True)), name='inject_says_what_and_what_is_expected', violation_error_message='A sheet has a title, its text, and what is expected of the groups.'), models.CheckConstraint(condition=models.Q(('expected_risk', None), models.Q(('expected_risk__gte', 1), ('expected_risk__lte', 4)), _connector='OR'), name='inject_expects_a_risk_there_is')],
            },
        ),
        migrations.CreateModel(
            name='ExerciseRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('exercise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='training.exercise')),
                ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exercise_runs', to='training.trainingsession')),
                ('title', models.CharField(help_text='For example the intake', max_length=100)),
                ('planned_for', models.DateTimeField()),
                ('facilitator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('RUNNING', 'Running'), ('MEETING', 'Strategy meeting'), ('DEBRIEF', 'Debrief'), ('ENDED', 'Ended'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=10)),
                ('planned_at', models.DateTimeField()),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('met_at', models.DateTimeField(blank=True, help_text='When the strategy meeting began', null=True)),
                ('debriefed_at', models.DateTimeField(blank=True, help_text='When the debrief began', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('end_reason', models.CharField(blank=True, help_text='Why it was cancelled', max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['force', 'planned_for', 'id'], name='exercise_run_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('started_at', None), ('started_by', None), ('state__in', ('PLANNED', 'CANCELLED'))), models.Q(models.Q(('state__in', ('PLANNED', 'CANCELLED')), _negated=True), ('started_at__isnull', False), ('started_by__isnull', False)), _connector='OR'), name='exercise_run_started_says_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state__in', ('ENDED', 'CANCELLED'))), models.Q(models.Q(('state__in', ('ENDED', 'CANCELLED')), _negated=True), ('ended_at', None), ('ended_by', None)), _connector='OR'), name='exercise_run_ended_says_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('debriefed_at__isnull', False), ('state__in', ('DEBRIEF', 'ENDED'))), models.Q(models.Q(('state__in', ('DEBRIEF', 'ENDED')), _negated=True), ('debriefed_at', None)), _connector='OR'), name='exercise_run_debriefed_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'CANCELLED'), models.Q(('end_reason', ''), _negated=True)), models.Q(models.Q(('state', 'CANCELLED'), _negated=True), ('end_reason', '')), _connector='OR'), name='exercise_run_cancelled_says_why', violation_error_message='Say why the run is cancelled.'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='exercise_run_has_a_title')],
            },
        ),
        migrations.CreateModel(
            name='RunGroup',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='training.exerciserun')),
                ('name', models.CharField(max_length=40)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'name'), name='run_group_named_once_in_its_run', violation_error_message='There is a group of that name already.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='run_group_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.exerciserun')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='training.rungroup')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plays', models.CharField(choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], max_length=20)),
                ('took_part', models.BooleanField(blank=True, null=True)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'person'), name='group_member_in_one_group_of_a_run', violation_error_message='This person is in a group of this run already.')],
            },
        ),
        migrations.CreateModel(
            name='InjectRelease',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='training.exerciserun')),
                ('inject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='training.inject')),
                ('released_at', models.DateTimeField()),
                ('released_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'inject'), name='inject_release_once_in_a_run', violation_error_message='This sheet has been released already.')],
            },
        ),
        migrations.CreateModel(
            name='GroupDecision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='training.rungroup')),
                ('inject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.inject')),
                ('number', models.PositiveSmallIntegerField()),
                ('choice', models.CharField(choices=[('NOTHING', 'Nothing'), ('WATCH', 'Write it down and watch'), ('SPEAK', 'Speak with somebody in the family'), ('ASK', 'Ask another agency what it knows'), ('VISIT', 'Go to the address'), ('NOTICE', 'Send a PPN'), ('RING', "Ring children's services now"), ('MEETING', 'Ask for a strategy meeting'), ('PROTECT', 'Use police protection')], max_length=10)),
                ('risk', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'No harm likely'), (2, 'Some harm likely'), (3, 'Significant harm likely'), (4, 'Significant harm now')], help_text='Empty: they cannot say', null=True)),
                ('reasons', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'inject', 'number'), name='group_decision_numbered_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(('reasons', ''), _negated=True), models.Q(('choice', ''), _negated=True)), name='group_decision_says_why', violation_error_message='Say why the group decides so.'), models.CheckConstraint(condition=models.Q(('risk', None), models.Q(('risk__gte', 1), ('risk__lte', 4)), _connector='OR'), name='group_decision_names_a_risk_there_is')],
            },
        ),
        migrations.CreateModel(
            name='MockMeeting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='training.rungroup')),
                ('number', models.PositiveSmallIntegerField()),
                ('shared', models.TextField(help_text='What each agency brought')),
                ('outcome', models.CharField(choices=[('JOINT', "Enquiry by children's services and police together"), ('SINGLE', "Enquiry by children's services alone"), ('ASSESSMENT', 'Assessment as children in need'), ('EARLY_HELP', "Early help, with the parents' consent"), ('NOTHING_MORE', 'Nothing more')], max_length=12)),
                ('reasons', models.TextField()),
                ('disagreed', models.TextField(blank=True, help_text='Who saw it otherwise, and why')),
                ('written_at', models.DateTimeField()),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'number'), name='mock_meeting_numbered_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(('shared', ''), _negated=True), models.Q(('outcome', ''), _negated=True), models.Q(('reasons', ''), _negated=True)), name='mock_meeting_says_what_and_why', violation_error_message='Say what was shared, what was decided, and why.')],
            },
        ),
        migrations.CreateModel(
            name='MockAction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='training.mockmeeting')),
                ('position', models.PositiveSmallIntegerField()),
                ('what', models.CharField(max_length=300)),
                ('owner', models.CharField(choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], max_length=20)),
                ('due', models.CharField(help_text='In the words of the story, for example before school tomorrow', max_length=60)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meeting', 'position'), name='mock_action_placed_once'), models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 3), models.Q(('what', ''), _negated=True), models.Q(('due', ''), _negated=True)), name='mock_action_says_what_and_when')],
            },
        ),
        migrations.AlterField(
            model_name='programme',
            name='audience',
            field=models.CharField(choices=[('RECRUITS', 'New recruits'), ('PCSOS', 'PCSOs'), ('INVESTIGATORS', 'Investigators'), ('SPECIALS', 'Special constables'), ('TRANSFEREES', 'Transferees'), ('FRONTLINE', 'All frontline'), ('SECOND_YEAR', 'Second-year officers')], max_length=14),
        ),
        migrations.AlterField(
            model_name='trainingsession',
            name='delivery',
            field=models.CharField(choices=[('FACE_TO_FACE', 'Face to face'), ('VIRTUAL', 'Virtual classroom'), ('VIDEO', 'Video'), ('EXERCISE', 'Exercise')], max_length=12),
        ),
        migrations.RemoveConstraint('trainingsession', 'training_session_is_in_a_place_or_by_link'),
        AddConstraintNotValid(
            model_name='trainingsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivery__in', ('FACE_TO_FACE', 'EXERCISE')), ('joining_link', ''), models.Q(('place', ''), _negated=True)), models.Q(('delivery__in', ('VIRTUAL', 'VIDEO')), ('place', '')), _connector='OR'), name='training_session_is_in_a_place_or_by_link', violation_error_message='A session face to face or with an exercise has a place, any other a link.'),
        ),
        ValidateConstraint('trainingsession', 'training_session_is_in_a_place_or_by_link'),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
