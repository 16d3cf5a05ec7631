"""The pages of champions, supervision and surveys: journeys, input that is wrong, what is recorded, how many queries."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.factories.supervision import (
    SECRET,
    ChampionFactory,
    ChampionTopicFactory,
    RecordOpeningFactory,
    SupervisionFactory,
    SupervisionSessionFactory,
    SurveyFactory,
    SurveyTemplateFactory,
)
from tests.people import Cast
from tests.reading import text_of
from training.models import (
    Champion,
    RecordOpening,
    Supervision,
    SupervisionSession,
    Survey,
    SurveyReceipt,
    SurveyTemplate,
)

KEPT = "Kept words, typed by hand."
PROMPTS = {
    "agreed": "Calls of the last weeks.",
    "curiosity": "Who else lives there.",
    "fairness": "The address is no reason.",
    "wellbeing": "Tired; a day off.",
}


def address(name: str, *arguments: object) -> str:
    return reverse(f"training:{name}", args=arguments)


def day(name: str, days: int = 0) -> dict[str, str]:
    value = timezone.localdate() + timedelta(days=days)
    return {f"{name}_0": str(value.day), f"{name}_1": str(value.month), f"{name}_2": str(value.year)}


def pair(cast: Cast, **fields) -> Supervision:
    people = {"supervisee": cast.mina, "supervisor": cast.moss, "arranged_by": cast.tess}
    return SupervisionFactory(**people | {"starts_on": timezone.localdate() - timedelta(days=60)} | fields)


def held(cast: Cast, **fields) -> SupervisionSession:
    planned_on = timezone.localdate() - timedelta(days=20)
    return SupervisionSessionFactory(**{"supervision": pair(cast), "state": "HELD", "planned_on": planned_on} | fields)


# --- journeys ---------------------------------------------------------------------------------------------------------


def test_a_supervision_from_its_arrangement_to_the_breaking_of_the_glass(client, cast):
    client.signed_in(cast.tess)
    who = {"supervisee": cast.mina.email, "supervisor": cast.moss.email, "kind": "SUPERVISION", "every_weeks": "6"}
    page = client.post(address("supervision_new"), who | day("starts_on"), follow=True)
    assert "Moss Fictitious supervises Mina Fictitious" in text_of(page)
    supervision = Supervision.objects.get()

    client.signed_in(cast.mina)
    client.post(address("supervision_plan", supervision.pk), day("planned_on"))
    session = SupervisionSession.objects.get()
    client.signed_in(cast.moss)
    actions = {"what_1": "Read the chart again", "owner_1": "SUPERVISEE"} | day("due_on_1", 14)
    page = client.post(address("supervision_held", session.pk), PROMPTS | actions | day("held_on"), follow=True)
    assert page.redirect_chain == [(session.get_absolute_url(), 302)]
    assert "Read the chart again: the person supervised, by" in text_of(page)

    client.signed_in(cast.mina)
    assert "Supervision records to read and confirm" in text_of(client.get(reverse("home")))
    body = {"version": "1", "comment": "The second call too.", "has_read": "on"}
    page = client.post(address("supervision_read", session.pk), body, follow=True)
    assert "The second call too." in text_of(page)

    client.signed_in(cast.sam)
    assert client.get(session.get_absolute_url()).status_code == 404
    assert "Mina Fictitious" in text_of(client.get(address("supervision_records")))
    reason = "Somebody named in it may be at risk today."
    page = client.post(address("supervision_open", session.pk), {"reason": reason}, follow=True)
    assert PROMPTS["wellbeing"] in text_of(page)
    assert "Read it now" in text_of(client.get(address("supervision_records")))

    for person in (cast.mina, cast.moss):
        client.signed_in(person)
        assert "Supervision records of yours that a superior opened" in text_of(client.get(reverse("home")))
        shown = text_of(client.get(session.get_absolute_url()))
        assert "Opened by a superior" in shown
        assert f"Sam Fictitious, {timezone.localtime():%-d %B %Y}" in shown
        assert reason in shown


def test_reads_by_anybody_but_the_person_supervised_are_recorded(client, cast):
    session = held(cast)
    RecordOpeningFactory(session=session, opened_by=cast.sam, opened_at=timezone.now())
    for person in (cast.mina, cast.moss, cast.sam):
        assert client.signed_in(person).get(session.get_absolute_url()).status_code == 200

    recorded = Entry.objects.filter(what="training.supervision_record_read").order_by("pk")
    assert list(recorded.values_list("actor_id", "object_id")) == [
        (str(person.pk), str(session.pk)) for person in (cast.moss, cast.sam)
    ]


def test_buttons_are_only_where_the_move_is_allowed(client, cast):
    supervision = pair(cast)
    today = timezone.localdate()

    def moves(session: SupervisionSession) -> dict[str, set[str]]:
        found = {}
        for name in ("mina", "moss"):
            page = client.signed_in(getattr(cast, name)).get(session.get_absolute_url()).content.decode()
            found[name] = set(re.findall(rf'href="/training/supervision/sessions/{session.pk}/([a-z-]+)/', page))
        return found

    planned = SupervisionSessionFactory(supervision=supervision, planned_on=today + timedelta(days=3))
    assert moves(planned) == {"mina": {"move", "cancel"}, "moss": {"held", "move", "cancel"}}
    SupervisionSession.objects.filter(pk=planned.pk).update(planned_on=today - timedelta(days=1))
    assert moves(planned) == {"mina": {"move", "missed"}, "moss": {"held", "move", "missed"}}
    done = SupervisionSessionFactory(supervision=supervision, state="HELD", planned_on=today - timedelta(days=9))
    assert moves(done) == {"mina": set(), "moss": {"record"}}


def test_why_a_session_was_missed_or_cancelled_is_for_the_two(client, cast):
    supervision = pair(cast)
    today = timezone.localdate()
    missed = SupervisionSessionFactory(supervision=supervision, planned_on=today)
    client.signed_in(cast.mina)
    page = client.post(address("supervision_missed", missed.pk), {"why": "OTHER", "words": KEPT}, follow=True)
    assert "Something else Kept words, typed by hand." in text_of(page)
    cancelled = SupervisionSessionFactory(supervision=supervision, planned_on=today)
    client.post(address("supervision_move", cancelled.pk), day("planned_on", 4))
    page = client.post(address("supervision_cancel", cancelled.pk), {"words": KEPT}, follow=True)
    assert "Cancelled" in text_of(page)

    assert client.signed_in(cast.sam).get(missed.get_absolute_url()).status_code == 404


def test_a_trainer_adds_a_topic_and_names_a_champion_whom_colleagues_find_and_who_steps_down(client, cast):
    client.signed_in(cast.tess)
    client.post(address("champion_topic_new"), {"title": "Neglect", "about": "Missed care"})
    topic = str(Champion.topic.field.related_model.objects.get().pk)
    body = {"topic": topic, "person": cast.moss.email, "helps_with": "Whom to ask", "reached": "Weekdays"}
    page = client.post(address("champion_new"), body | day("starts_on"), follow=True)
    assert "Moss Fictitious is a champion of Neglect" in text_of(page)
    champion = Champion.objects.get()

    client.signed_in(cast.olu)
    assert "moss@example.org" in text_of(client.get(address("champions"), {"words": "missed"}))
    assert "There is no champion for that" in text_of(client.get(address("champions"), {"words": "stalking"}))
    client.signed_in(cast.moss)
    client.post(address("champion_change", champion.pk), {"helps_with": KEPT, "reached": "Nights"})
    assert KEPT in text_of(client.get(address("champions")))
    client.post(address("champion_end", champion.pk), follow=True)
    assert "There is no champion" in text_of(client.get(address("champions")))
    assert "Stepped down" in text_of(client.signed_in(cast.tess).get(address("champion_topics")))


def test_a_survey_from_its_questions_to_its_results(client, cast):
    client.signed_in(cast.leda)
    kinds = {f"kind_{number}": "SCALE" for number in range(1, 11)}
    client.post(
        address("survey_template_new"),
        kinds | {"title": "How work is", "words_1": "I am heard.", "kind_2": "TEXT", "words_2": "What else?"},
    )
    template = SurveyTemplate.objects.get()
    page = client.post(
        address("survey_new"),
        {"template": str(template.pk), "team": ""} | day("opens_on") | day("closes_on", 3),
        follow=True,
    )
    assert "stands on the home page of everybody" in text_of(page)
    survey = Survey.objects.get()
    for number, name in enumerate(("olu", "lin", "mina", "sam", "moss")):
        client.signed_in(getattr(cast, name))
        body = {"question_1": "4", "question_2": f"Words {number}"}
        page = client.post(address("survey_answer", survey.pk), body, follow=True)
        assert "without your name" in text_of(page)
    again = client.get(address("survey_answer", survey.pk), follow=True)
    assert "takes no answer from you" in text_of(again)
    refused = client.post(address("survey_answer", survey.pk), body)
    assert (refused.status_code, SurveyReceipt.objects.count()) == (422, 5)

    client.signed_in(cast.leda)
    page = text_of(client.get(survey.get_absolute_url()))
    assert "Results are shown after the last day" in page
    assert "Words 1" not in page


def test_results_are_a_mean_with_its_number_and_words_without_a_person(client, cast):
    today = timezone.localdate()
    template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
    survey = SurveyFactory(template=template, opens_on=today - timedelta(days=9), closes_on=today - timedelta(days=2))
    first, second, words = survey.boxes.order_by("question__position")
    for person in UserFactory.create_batch(6, agency=cast.police):
        SurveyReceipt.objects.create(survey=survey, person=person)
        first.marks[3] += 1
        first.save()
        words.words = sorted([*words.words, f"Words {person.pk}"])
        words.save()
    client.signed_in(cast.tess)

    page = text_of(client.get(survey.get_absolute_url()))
    assert "Mean 4.00 of 5, from 6 people." in page
    assert "Fewer than five people answered this." in page
    assert page.count("Words ") == 6
    trends = text_of(client.get(address("survey_template", template.pk)))
    assert "4.00 of 6" in trends
    assert "Fewer than 5" in trends


# --- input that is wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "who", "body", "message"),
    [
        ("supervision_new", "tess", {"every_weeks": KEPT}, "Enter weeks as a whole number"),
        ("champion_new", "tess", {"helps_with": KEPT}, "Enter who it is"),
        ("champion_topic_new", "tess", {"about": KEPT}, "Write the topic"),
        ("survey_new", "leda", {}, "Choose the questions"),
        ("survey_template_new", "leda", {"title": KEPT}, "Write at least one question"),
    ],
)
def test_wrong_input_is_said_beside_its_field_and_what_was_typed_is_kept(client, cast, name, who, body, message):
    page = client.signed_in(getattr(cast, who)).post(address(name), body)

    assert page.status_code == 422
    assert message in text_of(page)
    assert all(value in page.content.decode() for value in body.values())


def test_a_record_without_an_answer_to_a_prompt_or_with_half_an_action_is_sent_back(client, cast):
    session = SupervisionSessionFactory(supervision=pair(cast), planned_on=timezone.localdate())
    client.signed_in(cast.moss)
    body = PROMPTS | day("held_on") | {"wellbeing": "", "agreed": KEPT, "what_1": "Ring them"}

    page = client.post(address("supervision_held", session.pk), body)

    assert page.status_code == 422
    for words in (
        "Answer the question on wellbeing",
        "Choose who does it",
        "Enter by when it is done",
        KEPT,
        "Ring them",
    ):
        assert words in text_of(page) or words in page.content.decode()
    session.refresh_from_db()
    assert (session.state, session.versions.count()) == ("PLANNED", 0)


def test_a_next_version_begins_with_the_words_of_the_last_and_is_refused_when_another_came_first(client, cast):
    session = held(cast)
    client.signed_in(cast.moss)
    new = address("supervision_record_new", session.pk)
    page = client.get(new).content.decode()
    assert page.count(SECRET) >= 5
    client.post(new, PROMPTS | {"after": "1"})

    page = client.post(new, PROMPTS | {"after": "1"})

    assert (page.status_code, session.versions.count()) == (422, 2)
    assert "has changed since you opened it" in text_of(page)
    assert "Earlier: version 1" in text_of(client.get(session.get_absolute_url()))


def test_the_glass_is_not_broken_without_a_reason(client, cast):
    session = held(cast)
    client.signed_in(cast.sam)

    page = client.post(address("supervision_open", session.pk), {"reason": "Because."})

    assert (page.status_code, RecordOpening.objects.count()) == (422, 0)
    assert "at least 20 characters" in text_of(page)


def test_reading_is_confirmed_by_a_tick_and_the_comment_is_kept(client, cast):
    session = held(cast)
    page = client.signed_in(cast.mina).post(address("supervision_read", session.pk), {"version": "1", "comment": KEPT})

    assert page.status_code == 422
    assert "Tick the box to say that you have read the record" in text_of(page)
    assert KEPT in page.content.decode()


def test_an_empty_survey_is_sent_back(client, cast):
    today = timezone.localdate()
    template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
    survey = SurveyFactory(template=template, opens_on=today, closes_on=today)

    page = client.signed_in(cast.olu).post(address("survey_answer", survey.pk), {"question_3": " "})

    assert (page.status_code, SurveyReceipt.objects.count()) == (422, 0)
    assert "Answer at least one question" in text_of(page)


# --- how many queries -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("who", "name", "queries"),
    [
        ("olu", "champions", 7),
        ("tess", "champion_topics", 6),
        ("moss", "supervision", 7),
        ("tess", "supervision_arranged", 5),
        ("sam", "supervision_records", 5),
        ("leda", "supervision_figures", 6),
        ("tess", "surveys", 6),
    ],
)
def test_lists_have_a_flat_query_count(
    client: CarefulClient, cast, who, name, queries, count, django_assert_num_queries
):
    topic = ChampionTopicFactory(agency=cast.police)
    today = timezone.localdate()
    for _ in range(count):
        person = UserFactory(agency=cast.police, team=cast.hub_team)
        ChampionFactory(topic=topic, person=person, named_by=cast.tess)
        supervision = pair(cast, supervisee=person)
        SupervisionSessionFactory(supervision=supervision, state="HELD", planned_on=today - timedelta(days=9))
        SupervisionSessionFactory(supervision=supervision, planned_on=today)
        template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
        SurveyFactory(template=template, opens_on=today, closes_on=today)
    client.signed_in(getattr(cast, who))

    with django_assert_num_queries(queries):
        assert client.get(address(name)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_record_with_many_versions_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    session = held(cast)
    client.signed_in(cast.moss)
    for number in range(count):
        client.post(address("supervision_record_new", session.pk), PROMPTS | {"after": str(number + 1)})
        RecordOpeningFactory(session=session, opened_by=cast.sam, opened_at=timezone.now())

    client.get(session.get_absolute_url())  # says what was done, once
    with django_assert_num_queries(11):
        client.get(session.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_sessions_of_two_and_trends_of_a_template_have_a_flat_query_count(
    client, cast, count, django_assert_num_queries
):
    supervision, today = pair(cast), timezone.localdate()
    template = SurveyTemplateFactory(agency=cast.police, made_by=cast.tess)
    for number in range(count):
        SupervisionSessionFactory(supervision=supervision, state="HELD", planned_on=today - timedelta(days=9 + number))
        day_of_it = today - timedelta(days=30 * number + 9)
        survey = SurveyFactory(template=template, opens_on=day_of_it, closes_on=day_of_it)
    client.signed_in(cast.moss)
    with django_assert_num_queries(6):
        client.get(supervision.get_absolute_url())
    client.signed_in(cast.tess)
    with django_assert_num_queries(9):
        client.get(address("survey_template", template.pk))
    with django_assert_num_queries(6):
        client.get(survey.get_absolute_url())
