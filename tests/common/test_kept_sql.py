"""SQL that is worked out once: it answers as the queryset does, each time with the values of that time, and saves as a model does."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from audit.models import Entry
from common.kept_sql import Given, KeptQuestion, insert, insert_all, update_each
from jobs.models import Job
from partners.models import Delegate
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import DelegateFactory
from tests.people import NOW


def job(number: int, **fields) -> Job:
    return Job(task=f"task {number}", arguments={"number": number}, created_at=NOW, due_at=NOW, **fields)


def test_a_kept_question_answers_as_its_queryset_with_the_values_of_each_time(db, django_assert_num_queries):
    built = []
    for number in range(4):
        job(number, attempts=number % 2).save()

    def build() -> models.QuerySet:
        built.append(1)
        least, task = Given("least", models.IntegerField()), Given("task", models.CharField())
        return (
            Job.objects.filter(attempts__gte=least).exclude(task=task).order_by("task").values_list("task", "attempts")
        )

    question = KeptQuestion(build)
    for least, task in ((0, "task 1"), (1, "task 1"), (1, "nothing"), (2, "it's %s")):
        expected = Job.objects.filter(attempts__gte=least).exclude(task=task).order_by("task")
        with django_assert_num_queries(1):
            found = question.rows(least=least, task=task)
        assert found == list(expected.values_list("task", "attempts"))
    assert len(built) == 1


def test_a_kept_question_without_one_of_its_values_is_not_asked(db):
    question = KeptQuestion(lambda: Job.objects.filter(task=Given("task", models.CharField())).values_list("pk"))
    with pytest.raises(KeyError, match="task"):
        question.rows()


def test_a_row_is_inserted_as_a_model_saves_it(db):
    new = job(7, lease_token=uuid.uuid4(), lease_until=NOW + timedelta(seconds=1))
    assert insert(new)

    assert not new._state.adding
    found = Job.objects.get()
    fields = [field.attname for field in Job._meta.concrete_fields]
    assert [getattr(found, name) for name in fields] == [getattr(new, name) for name in fields]


def test_rows_get_the_numbers_of_the_database_in_their_order(db):
    entries = [Entry(at=NOW, verb="READ", what=f"test.{number}", details={"n": number}) for number in range(30)]
    insert_all(entries)
    insert_all([])

    assert [one.pk for one in entries] == sorted(one.pk for one in entries)
    assert [(one.pk, one.what, one.details) for one in Entry.objects.order_by("pk")] == [
        (one.pk, one.what, one.details) for one in entries
    ]


def test_what_is_taken_is_not_inserted_where_that_was_asked_and_refused_where_not(db):
    known = DelegateFactory(email="jo@example.org")

    def same(email: str = "JO@example.org") -> Delegate:
        return Delegate(agency=known.agency, name="Jo", email=email, added_at=NOW, added_by=UserFactory())

    assert not insert(same(), unless_taken=())
    with pytest.raises(IntegrityError, match="delegate_known_once_in_an_agency"), transaction.atomic():
        insert(same())
    with pytest.raises(IntegrityError, match="delegate_known_once_in_an_agency"), transaction.atomic():
        insert(same(), unless_taken=("id",))
    assert insert(same("ash@example.org"), unless_taken=())
    assert Delegate.objects.count() == 2


def test_fields_are_updated_row_by_row_and_no_others(db):
    first, second, other = (DelegateFactory(name=name, agency=AgencyFactory()) for name in ("A", "B", "C"))
    first.name, first.email = "New A", "not-saved@example.org"
    second.name = "New B"
    update_each([first, second], ("name",))
    update_each([], ("name",))

    assert set(Delegate.objects.values_list("name", flat=True)) == {"New A", "New B", "C"}
    assert not Delegate.objects.filter(email="not-saved@example.org").exists()
    other.delete()
    other.id = uuid.uuid4()
    with pytest.raises(DatabaseError, match="1 rows are gone"), transaction.atomic():
        update_each([first, other], ("name",))
