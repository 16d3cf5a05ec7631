"""SQL that is worked out once: it answers as the queryset does, each time with the values of that time, and saves as a model does."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from audit.models import Entry
from common.kept_sql import Given, KeptQuestion, KeptRow, at_once, ending_at_once, insert, insert_all, update_each
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


# --- sent at once -----------------------------------------------------------------------------------------------------


JOBS_OF = KeptQuestion(lambda: Job.objects.filter(task=Given("task", models.CharField())).values_list("task"))
JOB_OF = KeptRow(lambda: Job.objects.filter(task=Given("task", models.CharField())))


def test_what_is_sent_at_once_is_done_in_its_order_and_each_answer_belongs_to_its_question(db):
    with at_once():
        before = JOBS_OF.ask(task="task 1")
        assert insert(job(1))
        after, other = JOBS_OF.ask(task="task 1"), JOBS_OF.ask(task="task 2")

    assert (before.rows(), after.rows(), other.rows()) == ([], [("task 1",)], [])


def test_a_row_that_is_asked_for_at_once_is_read_afterwards_or_is_not_there(db):
    saved = job(1)
    insert(saved)
    with at_once():
        there, nowhere = JOB_OF.ask(task="task 1"), JOB_OF.ask(task="task 2")

    assert there.row() == saved
    with pytest.raises(Job.DoesNotExist):
        nowhere.row()


def test_a_number_of_the_database_is_there_once_all_was_sent(db):
    entry = Entry(at=NOW, verb="READ", what="test.one", details={})
    with at_once():
        insert(entry)
        insert_all([job(1), job(2)])

    assert Entry.objects.get(pk=entry.pk).what == "test.one"
    assert Job.objects.count() == 2


@pytest.mark.parametrize("is_within_another", [False, True])
@pytest.mark.django_db(transaction=True)
def test_of_what_is_sent_at_once_all_or_nothing_is_kept(is_within_another):
    """What is taken is refused, as nobody waits to hear that nothing was saved; what was saved beside it goes with it."""
    taken = job(1)
    insert(taken)

    def deed() -> None:
        with ending_at_once() as begin_the_end:
            insert(job(2))
            begin_the_end()
            insert(job(3))
            insert(Job(pk=taken.pk, task="again", created_at=NOW, due_at=NOW), unless_taken=())
            insert(job(4))

    with transaction.atomic() if is_within_another else nullcontext():
        with pytest.raises(IntegrityError):
            deed()
        # The connection goes on, in the transaction around it too.
        insert(job(5))

    assert set(Job.objects.values_list("task", flat=True)) == {"task 1", "task 5"}


@pytest.mark.django_db(transaction=True)
def test_who_ends_at_once_has_committed_when_others_are_told():
    told = []
    with ending_at_once() as begin_the_end:
        begin_the_end()
        insert(job(1))
        transaction.on_commit(lambda: told.append(_seen_by_another()))

    assert told == [["task 1"]]


def _seen_by_another() -> list[str]:
    with ThreadPoolExecutor(1) as another:
        return another.submit(_tasks).result()


def _tasks() -> list[str]:
    try:
        return list(Job.objects.values_list("task", flat=True))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_fault_among_what_is_sent_at_once_leaves_nothing_and_no_lock():
    def deed() -> None:
        with ending_at_once() as begin_the_end:
            begin_the_end()
            insert(job(2))
            raise RuntimeError("on purpose")

    insert(job(1))
    with pytest.raises(RuntimeError, match="on purpose"):
        deed()

    assert _seen_by_another() == ["task 1"]
    assert not connection.in_atomic_block


@pytest.mark.parametrize("threshold", [0, None])
@pytest.mark.django_db(transaction=True)
def test_a_connection_keeps_statements_prepared_only_where_the_settings_say_so(monkeypatch, threshold):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", False)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", threshold)
    connection.close()
    try:
        for word in ("task 1", "task 2"):
            JOBS_OF.rows(task=word)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%jobs_job%%'")
            assert cursor.fetchone() == (0 if threshold is None else 1,)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_without_prepared_statements_what_would_be_sent_at_once_is_sent_one_after_the_other(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", None)
    taken = job(1)
    with ending_at_once() as begin_the_end:
        begin_the_end()
        assert insert(taken)
        assert not insert(Job(pk=taken.pk, task="again", created_at=NOW, due_at=NOW), unless_taken=())

    assert _seen_by_another() == ["task 1"]
