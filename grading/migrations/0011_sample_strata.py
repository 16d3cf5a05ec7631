"""A dip sample may be drawn from strata: by what, and from which each incident came. Samples of before were drawn from all alike."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('grading', '0010_settlements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='dipsample',
            name='strata',
            field=models.CharField(blank=True, default='', db_default='', choices=[('KIND', 'Kind of incident'), ('DISTRICT', 'District'), ('TEAM', 'Team')], help_text='Drawn from these in proportion; empty: from all alike', max_length=10),
        ),
        migrations.AddField(
            model_name='sampledincident',
            name='stratum',
            field=models.CharField(blank=True, default='', db_default='', help_text='From which it was drawn: a kind, or the id of a district or team', max_length=40),
        ),
        migrations.AlterField(
            model_name='dipsample',
            name='frame_digest',
            field=models.CharField(help_text='SHA-256 of their ids; of their ids and strata where it was drawn from strata', max_length=64),
        ),
        migrations.AddConstraint(
            model_name='dipsample',
            constraint=models.CheckConstraint(condition=models.Q(('strata__in', ['', 'KIND', 'DISTRICT', 'TEAM'])), name='dip_sample_strata_are_known'),
        ),
    ]
