"""Two scenarios before and after a session: when they are asked, what stands, and what is shown to whom."""

import uuid
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from common.errors import KeyWasUsed
from partners.enums import AskedWhen
from partners.models import Booking, ScenarioAnswer, ScenarioVersion, Session, SessionDate
from partners.models.scenario_words import TO_BEGIN_WITH
from partners.models.scenarios import LONGEST_TITLE
from partners.queries.scenarios import change_at, put_to, standing_of
from partners.services import scenarios as services
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import (
    STARTS,
    BookingFactory,
    DelegateFactory,
    ScenarioAnswerFactory,
    ScenarioVersionFactory,
    SessionFactory,
)
from tests.people import NOW, Cast
from tests.races import at_once
from tests.reading import text_of

pytestmark = pytest.mark.django_db
ENDS = STARTS + timedelta(minutes=90)
TURN = ENDS - timedelta(minutes=15)
CLOSED = ENDS + timedelta(days=15)


def session_of(cast: Cast, **fields: Any) -> Session:
    given = {"host": cast.police, "planned_by": cast.tess, "kind": "CLARES_LAW"}
    return SessionFactory(**given | fields)


def place_of(cast: Cast, **fields: Any) -> Booking:
    return BookingFactory(session=session_of(cast, **fields), user=cast.pat)


def answer(booking: Booking, version: ScenarioVersion, **fields: Any) -> ScenarioAnswer:
    given = {
        "booking_id": booking.pk,
        "asked": "BEFORE",
        "version_id": version.pk,
        "worths": (1, 3),
        "confidence": 2,
        "by": booking.user,
        "at": NOW,
    }
    return services.answer_scenarios(**given | fields)


def typed(version: ScenarioVersion, **fields: Any) -> dict[str, Any]:
    return {"asked": "BEFORE", "version": version.pk, "first": "1", "second": "3", "confidence": "2"} | fields


def places_of(cast: Cast, version: ScenarioVersion, first: int, second: int) -> dict[str, str]:
    """What is sent for answers of that worth."""
    one, two = put_to(cast.pat, version)
    return {"first": str(one.worths.index(first) + 1), "second": str(two.worths.index(second) + 1)}


# --- when they are asked ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        (NOW, AskedWhen.BEFORE),
        (TURN - timedelta(seconds=1), AskedWhen.BEFORE),
        (TURN, AskedWhen.AFTER),
        (ENDS + timedelta(days=14), AskedWhen.AFTER),
        (CLOSED, None),
    ],
)
def test_the_first_answers_are_asked_until_a_quarter_of_an_hour_before_the_end_and_the_second_from_then(
    cast, at, asked
):
    ScenarioVersionFactory(force=cast.police)

    standing = standing_of(place_of(cast), at=at)

    assert standing is not None
    assert standing.asked == asked


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        (ENDS - timedelta(seconds=1), AskedWhen.BEFORE),
        (ENDS, None),
        (ENDS + timedelta(days=7) - timedelta(minutes=16), None),
        (ENDS + timedelta(days=7) - timedelta(minutes=15), AskedWhen.AFTER),
    ],
)
def test_of_several_dates_the_first_answers_are_asked_until_the_end_of_the_first(cast, at, asked):
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast)
    session = booking.session
    with transaction.atomic():
        session.ends_at, session.date_count = ENDS + timedelta(days=7), 2
        session.save(update_fields=["ends_at", "date_count"])
        session.dates.update(ends_at=ENDS)
        SessionDate.objects.create(session=session, starts_at=STARTS + timedelta(days=7), ends_at=session.ends_at)

    standing = standing_of(booking, at=at)

    assert standing is not None
    assert standing.asked == asked
    if asked is None:
        with pytest.raises(services.CannotAnswerScenarios, match="for the first time until"):
            answer(booking, version, at=at)


@pytest.mark.parametrize(
    "fields", [{"kind": "CPI"}, {"kind": "TOOLKIT_TOUR"}, {"kind": "OTHER"}], ids=lambda fields: fields["kind"]
)
def test_sessions_about_something_else_ask_no_scenarios(cast, fields):
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast, **fields)

    assert standing_of(booking, at=NOW) is None
    with pytest.raises(services.CannotAnswerScenarios):
        answer(booking, version)


@pytest.mark.parametrize("state", ["WAITING", "CANCELLED", "ABSENT", "LAPSED"])
def test_who_has_no_place_or_was_absent_is_not_asked(cast, state):
    version = ScenarioVersionFactory(force=cast.police)
    booking = BookingFactory(session=session_of(cast), user=cast.pat, state=state)

    with pytest.raises(services.CannotAnswerScenarios):
        answer(booking, version, asked="AFTER", at=ENDS)
    assert not ScenarioAnswer.objects.exists()


def test_nobody_is_asked_until_a_trainer_has_put_a_version_to_use(cast):
    ScenarioVersionFactory()  # of another force

    assert standing_of(place_of(cast), at=NOW) is None


def test_nobody_answers_for_somebody_else(cast):
    version = ScenarioVersionFactory(force=cast.police)

    with pytest.raises(services.CannotAnswerScenarios):
        answer(place_of(cast), version, by=cast.cory)


# --- once before and once after ---------------------------------------------------------------------------------------


def test_what_was_chosen_is_kept_once_and_stands_in_no_log(cast):
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast)

    answer(booking, version)
    with pytest.raises(services.CannotAnswerScenarios, match="We ask you again from"):
        answer(booking, version, worths=(4, 4))

    kept = ScenarioAnswer.objects.get()
    assert (kept.person, kept.asked, kept.first, kept.second, kept.confidence) == (cast.pat, "BEFORE", 1, 3, 2)
    entries = Entry.objects.filter(what="partners.scenarios_answered")
    assert [(entry.actor_id, entry.details) for entry in entries] == [(str(cast.pat.pk), {"asked": "BEFORE"})]


def test_the_second_answers_are_for_the_version_of_the_first(cast):
    first = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast)
    answer(booking, first)
    ScenarioVersionFactory(force=cast.police)

    standing = standing_of(booking, at=ENDS)

    assert standing is not None
    assert (standing.asked, standing.version) == (AskedWhen.AFTER, first)


def test_who_has_seen_the_reasons_at_one_session_is_not_asked_at_the_next(cast):
    version = ScenarioVersionFactory(force=cast.police)
    earlier = place_of(cast, starts_at=NOW - timedelta(days=2))
    for asked in AskedWhen:
        ScenarioAnswerFactory(booking=earlier, version=version, asked=asked)
    later = place_of(cast)

    standing = standing_of(later, at=NOW)
    assert standing is not None
    assert (standing.asked, standing.why_not[:38]) == (None, "You answered these scenarios at an ear")
    newer = ScenarioVersionFactory(force=cast.police)
    assert answer(later, newer).version == newer


def test_answers_to_what_is_not_asked_any_more_are_refused_and_nothing_is_kept(cast):
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast)

    with pytest.raises(services.CannotAnswerScenarios, match="has changed"):
        answer(booking, version, asked="BEFORE", at=TURN)
    with pytest.raises(services.CannotAnswerScenarios, match="has changed"):
        answer(booking, ScenarioVersionFactory(), at=NOW)

    assert not ScenarioAnswer.objects.exists()


@pytest.mark.parametrize("wrong", [{"worths": (5, 0)}, {"worths": (-1, 0)}, {"confidence": 0}, {"confidence": 6}])
def test_only_what_is_offered_can_be_chosen(cast, wrong):
    version = ScenarioVersionFactory(force=cast.police)

    with pytest.raises(services.CannotAnswerScenarios, match="offered"):
        answer(place_of(cast), version, **wrong)


@pytest.mark.parametrize("wrong", [{"first": 5}, {"second": 5}, {"confidence": 0}])
def test_the_database_takes_no_other_answer(cast, wrong):
    booking = place_of(cast)

    with pytest.raises(IntegrityError, match="scenario_answer_is_one_of_those_offered"):
        ScenarioAnswerFactory(booking=booking, version=ScenarioVersionFactory(force=cast.police), **wrong)


def test_the_database_takes_an_answer_once_of_whose_place_it_is_in_a_version_of_the_force(cast):
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast)
    ScenarioAnswerFactory(booking=booking, version=version)

    with pytest.raises(IntegrityError, match="scenario_answer_once_before_and_once_after"), transaction.atomic():
        ScenarioAnswerFactory(booking=booking, version=version)
    for wrong in ({"person": cast.cory, "version": version}, {"version": ScenarioVersionFactory()}):
        with pytest.raises(IntegrityError, match="whose place it is"), transaction.atomic():
            ScenarioAnswerFactory(booking=booking, asked="AFTER", **wrong)


def test_nobody_changes_an_answer_or_a_version_afterwards(cast):
    version = ScenarioVersionFactory(force=cast.police)
    kept = ScenarioAnswerFactory(booking=place_of(cast), version=version)

    for rows, change in (
        (ScenarioAnswer.objects.filter(pk=kept.pk), {"first": 4}),
        (ScenarioVersion.objects.filter(pk=version.pk), {"number": 7}),
        (version.scenarios.all(), {"story": "Something else."}),
    ):
        with pytest.raises(ProgrammingError, match="not changed"), transaction.atomic():
            rows.update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_sessions_at_one_moment_take_the_first_answers_of_a_person_once():
    force = AgencyFactory(kind="POLICE")
    version = ScenarioVersionFactory(force=force)
    person = UserFactory(roles=["PARTNER_PRACTITIONER"])
    places = [
        BookingFactory(session=SessionFactory(host=force, kind="CLARES_LAW", starts_at=when), user=person)
        for when in (STARTS, STARTS + timedelta(days=1))
    ]

    given = at_once(
        *(lambda place=place: answer(place, version) for place in places), refusal=services.CannotAnswerScenarios
    )

    assert sorted(type(one).__name__ for one in given) == ["CannotAnswerScenarios", "ScenarioAnswer"]


# --- versions ---------------------------------------------------------------------------------------------------------


def write(cast: Cast, **fields: Any) -> ScenarioVersion:
    after = ScenarioVersion.objects.filter(force=cast.police).count()
    given = {"scenarios": TO_BEGIN_WITH, "after": after, "key": uuid.uuid4(), "by": cast.tess, "at": NOW}
    return services.write_scenarios(**given | fields)


def test_versions_of_a_force_follow_each_other_and_the_same_key_makes_one(cast):
    key = uuid.uuid4()
    first = write(cast, key=key)

    assert write(cast, key=key) == first
    changed = (replace(TO_BEGIN_WITH[0], title="Another title"), TO_BEGIN_WITH[1])
    with pytest.raises(KeyWasUsed):
        write(cast, key=key, scenarios=changed)
    second = write(cast, scenarios=changed)

    assert (first.number, second.number) == (1, 2)
    assert [one.title for one in second.scenarios.order_by("position")] == ["Another title", "The football coach"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"story": ""},
        {"choices": TO_BEGIN_WITH[0].choices[:4]},
        {"reasons": ("", "b", "c", "d", "e")},
        {"choices": ("Ring them", " ring  them", "c", "d", "e")},
    ],
)
def test_a_scenario_has_words_five_answers_and_their_reasons(cast, wrong):
    with pytest.raises(services.CannotWriteScenarios):
        write(cast, scenarios=(replace(TO_BEGIN_WITH[0], **wrong), TO_BEGIN_WITH[1]))


def test_nobody_but_a_trainer_of_a_force_writes_scenarios(cast):
    for person in (cast.cory, cast.pat, cast.sam):
        with pytest.raises(services.CannotWriteScenarios):
            write(cast, by=person)


def test_each_person_sees_the_answers_in_an_order_of_their_own_which_stays(cast):
    version = ScenarioVersionFactory(force=cast.police)
    orders = {tuple(put_to(UserFactory(), version)[0].worths) for _ in range(8)}

    assert put_to(cast.pat, version) == put_to(cast.pat, version)
    assert len(orders) > 1
    assert all(sorted(order) == [0, 1, 2, 3, 4] for order in orders)


# --- figures ----------------------------------------------------------------------------------------------------------


def answered_twice(session: Session, version: ScenarioVersion, before: tuple[int, int], after: tuple[int, int]) -> None:
    booking = BookingFactory(session=session, state="PRESENT")
    for asked, (first, second), sure in (("BEFORE", before, 2), ("AFTER", after, 4)):
        ScenarioAnswerFactory(
            booking=booking, version=version, asked=asked, first=first, second=second, confidence=sure
        )


def test_each_person_is_compared_with_themselves_and_who_answered_once_counts_nowhere(cast):
    version = ScenarioVersionFactory(force=cast.police)
    session = session_of(cast, state="HELD")
    for before, after in (((1, 1), (4, 4)), ((0, 2), (3, 4)), ((2, 2), (4, 3)), ((1, 0), (4, 4)), ((3, 1), (3, 1))):
        answered_twice(session, version, before, after)
    ScenarioAnswerFactory(booking=BookingFactory(session=session), version=version, asked="AFTER", first=4, second=4)
    ScenarioAnswerFactory(booking=BookingFactory(session=session), version=version, first=4, second=4)

    [result] = change_at(session, at=CLOSED)

    assert result.n == 5
    first, second, both, sure = result.changes
    assert (first.paired.mean_before, first.paired.mean_after) == (Fraction(7, 5), Fraction(18, 5))
    assert (second.before, second.after, second.mean_change) == (Fraction("1.2"), Fraction("3.2"), "+2.0")
    # d = 6, 5, 3, 7, 0: mean 4.2, s = 2.775, t* of 4 = 2.776, so 4.2 plus and minus 3.445.
    assert (both.mean_change, both.interval, both.paired.could_be_chance) == ("+4.2", "0.8 to 7.6", False)
    assert (sure.mean_change, sure.interval) == ("+2.0", "")


def test_who_was_not_there_by_the_register_stands_in_no_figure(cast):
    version = ScenarioVersionFactory(force=cast.police)
    session = session_of(cast, state="HELD")
    for _ in range(6):
        answered_twice(session, version, (0, 0), (4, 4))
    away = Booking.objects.filter(session=session).first()
    Booking.objects.filter(pk=away.pk).update(state="ABSENT")

    assert [one.n for one in change_at(session, at=CLOSED)] == [5]


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ([((0, 1), (3, 4)), ((2, 0), (4, 2))] * 3, [True, True, True, False]),
        ([((0, 1), (4, 4)), ((1, 0), (4, 3))] * 3, [False, False, False, False]),
        ([((0, 2), (4, 3)), ((2, 0), (3, 4))] * 3, [False, False, False, False]),
    ],
    ids=["spread", "one alike", "alike together"],
)
def test_where_all_chose_alike_no_mean_tells_each_one_s_answer(cast, answers, shown):
    version = ScenarioVersionFactory(force=cast.police)
    session = session_of(cast, state="HELD")
    for before, after in answers:
        answered_twice(session, version, before, after)

    [result] = change_at(session, at=CLOSED)

    assert result.n == 6
    assert [change.is_shown for change in result.changes] == shown


def test_four_pairs_show_no_figure_and_nothing_shows_before_the_last_day_is_over(cast):
    version = ScenarioVersionFactory(force=cast.police)
    session = session_of(cast, state="HELD")
    for _ in range(4):
        answered_twice(session, version, (0, 0), (4, 4))

    [few] = change_at(session, at=CLOSED)
    answered_twice(session, version, (0, 0), (4, 4))

    assert (few.n, few.changes) == (None, ())
    assert change_at(session, at=ENDS + timedelta(days=14)) == []
    assert [result.n for result in change_at(session, at=CLOSED)] == [5]


def test_versions_are_counted_apart(cast):
    session = session_of(cast, state="HELD")
    versions = [ScenarioVersionFactory(force=cast.police) for _ in range(2)]
    for version, people in zip(versions, (5, 2), strict=True):
        for _ in range(people):
            answered_twice(session, version, (0, 0), (2, 2))

    assert [(one.version, one.n) for one in change_at(session, at=CLOSED)] == [(versions[0], 5), (versions[1], None)]


def test_the_first_answers_count_where_the_second_were_given(cast):
    version = ScenarioVersionFactory(force=cast.police)
    missed, attended = (session_of(cast, state="HELD", starts_at=STARTS - timedelta(days=back)) for back in (9, 0))
    for _ in range(5):
        person = UserFactory(roles=["PARTNER_PRACTITIONER"])
        ScenarioAnswerFactory(booking=BookingFactory(session=missed, user=person, state="ABSENT"), version=version)
        ScenarioAnswerFactory(
            booking=BookingFactory(session=attended, user=person, state="PRESENT"), version=version, asked="AFTER"
        )

    assert change_at(missed, at=CLOSED) == []
    assert [one.n for one in change_at(attended, at=CLOSED)] == [5]


# --- pages ------------------------------------------------------------------------------------------------------------


def test_answering_by_the_pages_from_the_booking_and_back(client: CarefulClient, cast: Cast) -> None:
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast, starts_at=timezone.now() + timedelta(days=3))
    page = reverse("partners:booking_scenarios", args=[booking.pk])
    client.signed_in(cast.pat)

    assert page in client.get(booking.get_absolute_url()).content.decode()
    asked = client.get(page).content.decode()
    assert TO_BEGIN_WITH[0].choices[4] in asked
    assert "Until they answer Dana knows nothing" not in asked  # why an answer is worth what it is
    assert client.post(page, typed(version)).url == booking.get_absolute_url()
    assert "We ask you again from" in client.get(booking.get_absolute_url()).content.decode()
    assert client.get(page).status_code == 302


def test_the_page_says_nowhere_what_an_answer_is_worth(client: CarefulClient, cast: Cast) -> None:
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast, starts_at=timezone.now() + timedelta(days=3))
    page = reverse("partners:booking_scenarios", args=[booking.pk])
    client.signed_in(cast.pat)

    fields = client.get(page).context["form"].fields
    client.post(page, typed(version, **places_of(cast, version, 4, 0)))

    for name, put in zip(("first", "second"), put_to(cast.pat, version), strict=True):
        assert [place for place, _ in fields[name].choices] == [1, 2, 3, 4, 5]
        assert [put.scenario.choices.index(words) for _, words in fields[name].choices] == list(put.worths)
    kept = ScenarioAnswer.objects.get()
    assert (kept.first, kept.second) == (4, 0)


def test_after_the_second_answers_the_person_sees_how_they_changed_and_why(client: CarefulClient, cast: Cast) -> None:
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast, starts_at=timezone.now() - timedelta(minutes=80))
    ScenarioAnswerFactory(booking=booking, version=version, first=1, second=2)
    page = reverse("partners:booking_scenarios", args=[booking.pk])
    client.signed_in(cast.pat)

    client.post(page, typed(version, asked="AFTER", **places_of(cast, version, 4, 3)))

    shown = client.get(page).content.decode()
    assert "<strong>3 of 8</strong>" in shown
    assert "<strong>7 of 8</strong>" in shown
    assert "Until they answer Dana knows nothing." in shown
    assert "3 of 8" in client.get(booking.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("first", "Choose an answer to “The new partner”"),
        ("second", "Choose an answer to “The football coach”"),
        ("confidence", "Say how sure you are"),
    ],
)
def test_what_is_not_answered_is_said_beside_it_and_the_rest_is_kept(client, cast, missing, words):
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast, starts_at=timezone.now() + timedelta(days=3))
    client.signed_in(cast.pat)

    response = client.post(reverse("partners:booking_scenarios", args=[booking.pk]), typed(version, **{missing: ""}))

    page = response.content.decode()
    assert response.status_code == 422
    assert f'<a href="#id_{missing}_0">{words}</a>' in page
    assert page.count(" checked") == 2
    assert not ScenarioAnswer.objects.exists()


def test_the_trainer_sees_figures_of_five_and_nobody_s_answers(client: CarefulClient, cast: Cast) -> None:
    version = ScenarioVersionFactory(force=cast.police)
    over = timezone.now() - timedelta(days=20)
    session = session_of(cast, state="HELD", starts_at=over)
    for before, after in (((1, 0), (3, 3)), ((0, 0), (2, 3)), ((1, 1), (4, 3)), ((0, 0), (2, 3))):
        answered_twice(session, version, before, after)
    client.signed_in(cast.tess)

    few = client.get(session.get_absolute_url()).content.decode()
    answered_twice(session, version, (1, 0), (3, 4))
    five = client.get(session.get_absolute_url()).content.decode()

    assert "fewer than five people answered before and after" in few
    assert "+5.2" not in few
    assert "5 people answered before and after" in five
    assert "+5.2" in five


def test_who_booked_for_somebody_sees_nothing_of_their_answers(client: CarefulClient, cast: Cast) -> None:
    version = ScenarioVersionFactory(force=cast.police)
    booking = place_of(cast, starts_at=timezone.now() - timedelta(hours=3))
    for asked in AskedWhen:
        ScenarioAnswerFactory(booking=booking, version=version, asked=asked)
    client.signed_in(cast.cory)

    assert "of 8" not in client.get(booking.get_absolute_url()).content.decode()


def test_who_has_no_account_is_not_asked_and_the_page_says_so(client: CarefulClient, cast: Cast) -> None:
    ScenarioVersionFactory(force=cast.police)
    booking = BookingFactory(
        session=session_of(cast, starts_at=timezone.now() + timedelta(days=3)),
        user=None,
        delegate=DelegateFactory(agency=cast.council, name="Kim Fictitious"),
    )
    client.signed_in(cast.cory)

    assert "Kim Fictitious has none and is not asked" in client.get(booking.get_absolute_url()).content.decode()


def test_a_trainer_begins_with_the_scenarios_of_the_service_and_writes_the_next_version_from_the_last(client, cast):
    page = reverse("partners:scenarios_write")
    client.signed_in(cast.tess)
    fields = client.get(page).context["form"].initial

    assert fields["story_1"] == TO_BEGIN_WITH[0].story
    client.post(page, fields | {"title_1": "Our own title"})
    again = client.get(page).context["form"].initial
    refused = client.post(page, again | {"choice_2_3": ""})

    assert again["title_1"] == "Our own title"
    assert refused.status_code == 422
    assert '<a href="#id_choice_2_3">' in refused.content.decode()
    assert ScenarioVersion.objects.filter(force=cast.police).count() == 1


def test_the_words_that_are_asked_now_make_no_next_version(client, cast):
    page = reverse("partners:scenarios_write")
    client.signed_in(cast.tess)
    client.post(page, client.get(page).context["form"].initial)

    refused = client.post(page, client.get(page).context["form"].initial)

    assert refused.status_code == 422
    assert "Nothing is changed: these are the words of Version 1" in text_of(refused)
    assert ScenarioVersion.objects.count() == 1


def test_words_that_are_too_long_are_said_and_not_cut_off_by_the_browser(client, cast):
    page = reverse("partners:scenarios_write")
    client.signed_in(cast.tess)
    shown = client.get(page)

    refused = client.post(page, shown.context["form"].initial | {"title_1": "x" * (LONGEST_TITLE + 1)})

    assert "maxlength" not in shown.content.decode()
    assert refused.status_code == 422
    assert "x" * (LONGEST_TITLE + 1) in refused.content.decode()


def test_a_version_that_a_colleague_wrote_meanwhile_is_not_passed_over_unseen(
    client: CarefulClient, cast: Cast
) -> None:
    page = reverse("partners:scenarios_write")
    client.signed_in(cast.tess)
    fields = client.get(page).context["form"].initial
    write(cast, scenarios=(replace(TO_BEGIN_WITH[0], title="A title of a colleague"), TO_BEGIN_WITH[1]))

    refused = client.post(page, fields | {"title_1": "Our own title"})
    count = ScenarioVersion.objects.count()
    again = client.post(page, fields | {"title_1": "Our own title", "after": refused.context["form"]["after"].value()})

    shown = refused.content.decode()
    assert (refused.status_code, count) == (422, 1)
    assert all(
        words in shown
        for words in (f"{cast.tess} put Version 1 to use while you wrote", "A title of a colleague", "Our own title")
    )
    assert again.status_code == 302
    assert ScenarioVersion.objects.get(number=2).scenarios.get(position=1).title == "Our own title"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_versions_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    for _ in range(count):
        ScenarioVersionFactory(force=cast.police)
    client.signed_in(cast.tess)

    with django_assert_num_queries(6):
        client.get(reverse("partners:scenarios"))


@pytest.mark.parametrize("count", [1, 3])
def test_figures_take_as_many_queries_for_many_people(cast, count, django_assert_num_queries):
    version = ScenarioVersionFactory(force=cast.police)
    session = session_of(cast, state="HELD")
    for _ in range(5 * count):
        answered_twice(session, version, (1, 1), (2, 2))

    with django_assert_num_queries(4):
        change_at(session, at=CLOSED)
