"""Many models in one operation of a migration: what Django makes of them, made with one rendering."""

from runpy import run_path

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel, Migration
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState, StateApps
from django.db.migrations.writer import MigrationWriter

from common.create_models import CreateModels

HEN = CreateModel(
    "Hen",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("last", models.ForeignKey("common.egg", models.PROTECT, null=True, related_name="+")),
        ("name", models.CharField(max_length=20)),
    ],
    {
        "constraints": [
            models.UniqueConstraint(fields=["name"], condition=models.Q(last=None), name="hen_one_of_a_name")
        ]
    },
)
EGG = CreateModel(
    "Egg",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("hen", models.ForeignKey("common.hen", models.CASCADE)),
        ("beside", models.ManyToManyField("common.egg")),
    ],
    {"constraints": [models.CheckConstraint(condition=models.Q(id__gt=0), name="egg_is_one")]},
)
FARM = CreateModels([HEN, EGG])


def migration(*operations) -> Migration:
    made = Migration("0001_tables", "common")
    made.operations = list(operations)
    return made


def tables() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        names = {one.name for one in connection.introspection.get_table_list(cursor) if one.name.startswith("common_")}
        return {name: set(connection.introspection.get_constraints(cursor, name)) for name in names}


@pytest.fixture
def rendered(monkeypatch) -> list[list[str]]:
    """The names of the models of each rendering of some, in turn."""
    kept = []
    render = StateApps.render_multiple

    def told(self, states):
        kept.extend([sorted(state.name for state in states)] if states else [])
        return render(self, states)

    monkeypatch.setattr(StateApps, "render_multiple", told)
    return kept


def test_models_that_name_each_other_are_made_with_their_constraints_and_go_again(db):
    made = migration(FARM)

    with connection.schema_editor() as editor:
        made.apply(ProjectState(), editor)

    assert set(tables()) == {"common_hen", "common_egg", "common_egg_beside"}
    assert {"hen_one_of_a_name", "common_hen_pkey"} <= tables()["common_hen"]
    assert {"egg_is_one", "common_egg_pkey"} <= tables()["common_egg"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text LIKE 'common_%'"
        )
        assert cursor.fetchone() == (4,)

    with connection.schema_editor() as editor:
        made.unapply(ProjectState(), editor)
    assert tables() == {}


def test_all_are_rendered_once(db, rendered):
    state = ProjectState()
    assert state.apps.get_models() == []
    rendered.clear()

    with connection.schema_editor() as editor:
        migration(FARM).apply(state, editor)

    assert rendered == [["Egg", "Hen"]]


def test_the_state_is_that_of_a_create_model_for_each(db):
    together, apart = (migration(*operations).mutate_state(ProjectState()) for operations in ([FARM], [HEN, EGG]))

    assert together == apart
    assert MigrationAutodetector(together, apart)._detect_changes() == {}


def test_a_migration_with_it_is_written_and_read_again(tmp_path):
    file = tmp_path / "0001_tables.py"
    file.write_text(MigrationWriter(migration(FARM), include_header=False).as_string())

    (read,) = run_path(str(file))["Migration"].operations
    assert isinstance(read, CreateModels)
    assert [model.name for model in read.models] == ["Hen", "Egg"]
    assert read.describe() == "Create the models Hen, Egg"
    assert read.references_model("Egg", "common") is True
    assert read.references_model("Duck", "common") is False
