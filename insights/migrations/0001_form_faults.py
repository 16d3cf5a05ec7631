import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name='FormFault',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('form', models.CharField(help_text='The name of the form in the code', max_length=60)),
                ('field', models.CharField(blank=True, help_text='Of the question; empty for the form as a whole', max_length=60)),
                ('kind', models.CharField(max_length=60)),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'form', 'field', 'kind'), name='form_fault_one_count_a_day'), models.CheckConstraint(condition=models.Q(('count__gte', 1)), name='form_fault_happened')],
            },
        ),
    ]
