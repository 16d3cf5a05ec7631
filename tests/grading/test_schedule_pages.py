"""The pages of planned reports."""

import re

import pytest
from django.utils import timezone

from grading.models import ReportSchedule
from tests.factories.reports import ReportScheduleFactory
from tests.reading import text_of

LIST = "/grading/reports/schedules/"


@pytest.fixture
def schedule(cast) -> ReportSchedule:
    return ReportScheduleFactory(force=cast.police, planned_by=cast.sam, readers=[cast.leda, cast.ana])


def test_a_supervisor_plans_changes_pauses_resumes_and_ends_by_the_pages(client, cast):
    client.signed_in(cast.sam)
    assert f'href="{LIST}"' in client.get("/grading/reports/").content.decode()
    answers = {"rhythm": "QUARTERLY", "day": "5", "time": "8.30", "readers": [str(cast.leda.pk), str(cast.ana.pk)]}

    assert client.post(f"{LIST}new/", answers)["Location"] == LIST
    schedule = ReportSchedule.objects.get()
    page = text_of(client.get(LIST))
    assert "Every three months, from January, on day 5 at 08:30" in page
    assert "Ana Fictitious, Leda Fictitious" in page or "Leda Fictitious, Ana Fictitious" in page
    assert len(re.findall(r"5 (?:January|April|July|October) \d{4}, 8:30am", page)) == 3
    assert schedule.next_due_at > timezone.now()

    client.post(f"{LIST}{schedule.pk}/change/", answers | {"time": "07:00", "readers": [str(cast.leda.pk)]})
    assert "on day 5 at 07:00" in text_of(client.get(LIST))
    client.post(f"{LIST}{schedule.pk}/pause/")
    paused = text_of(client.get(LIST))
    assert "Paused" in paused
    assert "Next three" not in paused
    client.post(f"{LIST}{schedule.pk}/resume/")
    assert "Running" in text_of(client.get(LIST))
    assert "cannot be started again" in text_of(client.get(f"{LIST}{schedule.pk}/end/"))
    client.post(f"{LIST}{schedule.pk}/end/")
    ended = client.get(LIST).content.decode()
    assert "Ended" in ended
    assert f"{schedule.pk}" not in ended, "an ended schedule offers no move"


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"rhythm": ""}, "rhythm", "Choose how often a report is made"),
        ({"day": "29"}, "day", "Enter a day from 1 to 28"),
        ({"day": "first"}, "day", "Enter the day as a number"),
        ({"time": "25:00"}, "time", "Enter a time like 08:30"),
        ({"readers": []}, "readers", "Choose at least one person"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, cast, wrong, field, said):
    answers = {"rhythm": "MONTHLY", "day": "5", "time": "08:30", "readers": [str(cast.leda.pk)]}

    response = client.signed_in(cast.sam).post(f"{LIST}new/", answers | wrong)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [said]}
    assert not ReportSchedule.objects.exists()


def test_only_people_who_may_read_reports_are_offered_or_taken(client, cast):
    client.signed_in(cast.sam)
    page = client.get(f"{LIST}new/").content.decode()
    answers = {"rhythm": "MONTHLY", "day": "5", "time": "08:30", "readers": [str(cast.olu.pk)]}

    assert [name for name, user in cast.everyone().items() if str(user.pk) in page] == ["sam", "leda", "ana"]
    assert client.post(f"{LIST}new/", answers).status_code == 422


def test_the_form_to_change_one_says_what_it_is_now(client, cast, schedule):
    page = client.signed_in(cast.sam).get(f"{LIST}{schedule.pk}/change/").content.decode()

    assert 'value="08:00"' in page
    assert page.count(" checked") == 3


def test_an_ended_schedule_cannot_be_changed(client, cast, schedule):
    client.signed_in(cast.sam).post(f"{LIST}{schedule.pk}/end/")

    assert client.get(f"{LIST}{schedule.pk}/change/")["Location"] == LIST
    assert client.get(f"{LIST}{schedule.pk}/end/")["Location"] == LIST


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_schedules(client, cast, count, django_assert_num_queries):
    for _ in range(count):
        ReportScheduleFactory(force=cast.police, planned_by=cast.sam, readers=[cast.leda, cast.ana])
    client.signed_in(cast.sam)

    with django_assert_num_queries(6):
        client.get(LIST)
