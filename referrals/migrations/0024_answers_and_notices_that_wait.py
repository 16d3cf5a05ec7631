import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


# What stands already: further work and notices get the clock that they would have had; shares that were notices are known as such.
CLOCKS = (
    "UPDATE referrals_share SET supply_due_at = answered_at + interval '1 day' WHERE state = 'FURTHER_WORK'",
    "UPDATE referrals_encompassnotice SET acknowledge_due_at = sent_at + interval '1 day' WHERE state = 'SENT'",
    """
    UPDATE referrals_share SET is_notice = TRUE
    WHERE lawful_basis = 'LEGAL_OBLIGATION' AND reason LIKE 'Operation Encompass:%'
    AND id IN (SELECT share_id FROM referrals_encompassnotice)
    """,
)


class Migration(migrations.Migration):
    # Sharing goes on while the indexes are built.
    atomic = False

    dependencies = [
        ("accounts", "0003_role_may_end_the_day_it_starts"),
        ("referrals", "0023_challenges_both_ways"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="encompassnotice",
            name="acknowledge_due_at",
            field=models.DateTimeField(blank=True, help_text="By when the school says that it has it", null=True),
        ),
        migrations.AddField(
            model_name="encompassnotice",
            name="late_told_at",
            field=models.DateTimeField(
                blank=True, help_text="When supervisors were told that it is late as it stands", null=True
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="is_notice",
            field=models.BooleanField(
                db_default=False, default=False, help_text="A notice to a school, which says that it has it"
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="settled_at",
            field=models.DateTimeField(
                blank=True, help_text="When the hub looked again at what was rejected", null=True
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="supply_due_at",
            field=models.DateTimeField(
                blank=True, help_text="By when the agency is sent what it said was missing", null=True
            ),
        ),
        migrations.AddField(
            model_name="share",
            name="supply_told_at",
            field=models.DateTimeField(
                blank=True, help_text="When hub and referrer were told that it is late", null=True
            ),
        ),
        migrations.AlterField(
            model_name="encompassnotice",
            name="child",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="encompass_notices",
                to="referrals.person",
            ),
        ),
        migrations.AlterField(
            model_name="encompassnotice",
            name="exception",
            field=models.CharField(
                blank=True,
                choices=[
                    ("NO_SETTING", "The child is taught nowhere"),
                    ("UNSAFE", "Not safe: a key adult is involved"),
                    ("NOT_IN_AREA", "The child does not live in the force's area"),
                    ("NO_CHILD", "There is no child"),
                    ("REGULATIONS", "Excepted by regulations"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name='share',
            name='handed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='share',
            name='handed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='share',
            name='handed_to',
            field=models.CharField(blank=True, db_default='', default='', help_text='Who of the agency was given the printed pack', max_length=200),
        ),
        migrations.AlterField(
            model_name='sharesnapshot',
            name='schema_version',
            field=models.PositiveSmallIntegerField(default=2),
        ),
        *(migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in CLOCKS),
        AddIndexConcurrently(
            model_name="encompassnotice",
            index=models.Index(
                condition=models.Q(("state", "SENT")), fields=["sent_at", "id"], name="encompass_notice_sent"
            ),
        ),
        AddIndexConcurrently(
            model_name="share",
            index=models.Index(
                condition=models.Q(("state", "FURTHER_WORK")), fields=["answered_at", "id"], name="share_to_supply"
            ),
        ),
        AddIndexConcurrently(
            model_name="share",
            index=models.Index(
                condition=models.Q(("settled_at", None), ("state", "REJECTED")),
                fields=["answered_at", "id"],
                name="share_to_look_at_again",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY encompass_notice_one_without_a_child"
                    " ON referrals_encompassnotice (referral_id) WHERE child_id IS NULL",
                    "DROP INDEX encompass_notice_one_without_a_child",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="encompassnotice",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("child", None)),
                        fields=("referral",),
                        name="encompass_notice_one_without_a_child",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="encompassnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("share", None), ("child__isnull", False), _connector="OR"),
                name="encompass_notice_shared_names_the_child",
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("settled_by", None)),
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="share_looked_at_again_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_at__isnull', False), ('handed_by__isnull', False), models.Q(('handed_to', ''), _negated=True)), models.Q(('handed_at', None), ('handed_by', None), ('handed_to', '')), _connector='OR'), name='share_handed_over_says_who_when_and_to_whom'),
        ),
    ]
