"""Questions to trainers with a page for everybody, and what became of a session three months later; what was said stands."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

WALLS = """
CREATE TRIGGER partners_question_is_what_was_asked BEFORE UPDATE ON partners_sessionquestion
    FOR EACH ROW WHEN (
        (OLD.session_id, OLD.words, OLD.asked_by_id, OLD.asked_at, OLD.request_key)
        IS DISTINCT FROM (NEW.session_id, NEW.words, NEW.asked_by_id, NEW.asked_at, NEW.request_key)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_follow_up_is_what_was_said BEFORE UPDATE ON partners_followup
    FOR EACH ROW WHEN (
        OLD.taken_back_at IS NOT NULL AND NEW.taken_back_at IS NULL
        OR (OLD.booking_id, OLD.used, OLD.how, OLD.changed, OLD.may_tell, OLD.answered_at)
        IS DISTINCT FROM (NEW.booking_id, NEW.used, NEW.how, NEW.changed, NEW.may_tell, NEW.answered_at)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
"""

NO_WALLS = """
DROP TRIGGER partners_follow_up_is_what_was_said ON partners_followup;
DROP TRIGGER partners_question_is_what_was_asked ON partners_sessionquestion;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0015_session_feedback'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('used', models.CharField(choices=[('YES', 'Yes'), ('NOT_YET', 'Not yet, but I will'), ('NO', 'No')], max_length=7)),
                ('how', models.CharField(blank=True, help_text='How it was used', max_length=1000)),
                ('changed', models.CharField(blank=True, help_text='What changed by it', max_length=1000)),
                ('may_tell', models.BooleanField(help_text='Agrees that it is told without name and agency')),
                ('answered_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(blank=True, help_text='When the person took the agreement back', null=True)),
                ('set_aside_at', models.DateTimeField(blank=True, help_text='When a trainer set the story aside', null=True)),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='follow_up', to='partners.booking')),
                ('set_aside_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('may_tell', True)), fields=['-answered_at', '-id'], name='follow_up_to_tell')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('used', 'YES'), _negated=True), models.Q(('how', ''), _negated=True), _connector='OR'), name='follow_up_that_was_used_says_how'), models.CheckConstraint(condition=models.Q(('may_tell', False), ('used', 'YES'), _connector='OR'), name='follow_up_is_told_where_it_was_used'), models.CheckConstraint(condition=models.Q(('taken_back_at', None), ('may_tell', True), _connector='OR'), name='follow_up_taken_back_was_agreed_to'), models.CheckConstraint(condition=models.Q(models.Q(('set_aside_at', None), ('set_aside_by', None)), models.Q(('set_aside_at__isnull', False), ('set_aside_by__isnull', False)), _connector='OR'), name='follow_up_set_aside_says_who_and_when')],
            },
        ),
        migrations.CreateModel(
            name='SessionQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('words', models.CharField(max_length=1000)),
                ('state', models.CharField(choices=[('ASKED', 'Asked'), ('ANSWERED', 'Answered'), ('PUBLISHED', 'Published')], default='ASKED', max_length=9)),
                ('request_key', models.UUIDField(help_text='Of the request that asked it', unique=True)),
                ('asked_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True, max_length=3000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('public_question', models.CharField(blank=True, max_length=300)),
                ('public_answer', models.TextField(blank=True, max_length=3000)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('public_question', 'public_answer', config='english'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('answered_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_questions', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='partners.session')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(condition=models.Q(('state', 'PUBLISHED')), fields=['search'], name='session_question_by_words'), models.Index(condition=models.Q(('state', 'PUBLISHED')), fields=['-published_at', '-id'], name='session_question_published'), models.Index(condition=models.Q(('state', 'ASKED')), fields=['asked_at', 'id'], name='session_question_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='session_question_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None), ('state', 'ASKED')), models.Q(models.Q(('state', 'ASKED'), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='session_question_answered_says_who_and_when'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'PUBLISHED'), models.Q(('public_question', ''), _negated=True), models.Q(('public_answer', ''), _negated=True)), models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('published_at', None), ('published_by', None)), _connector='OR'), name='session_question_published_says_who_when_and_what')],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
