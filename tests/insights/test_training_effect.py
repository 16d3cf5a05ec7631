"""Did training help? What counts on which side, how sure the changes are, and who may read what."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from audit.models import Entry
from grading.models import DipSample, GradingRound
from insights.queries.before_after import Comparison
from insights.queries.training_effect import (
    Chosen,
    Effect,
    Evidence,
    cohorts_offered,
    effect_of,
    modules_offered,
    teams_offered,
)
from referrals.models import ShareAnswer
from tests.factories.accounts import AgencyFactory, AreaFactory, TeamFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory, IncidentReviewFactory, SampledIncidentFactory
from tests.factories.grading import GradingRoundFactory, RoundItemFactory
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.referrals import IncidentFactory, ReferralFactory, ShareFactory
from tests.factories.training import ModuleVersionFactory, TrainingRecordFactory
from tests.people import Cast
from tests.reading import text_of

DONE = date(2026, 5, 10)
BEFORE, SAME_DAY, AFTER = (datetime(2026, 5, day, 9, tzinfo=UTC) for day in (9, 10, 11))
URL = "training_effect"


@pytest.fixture
def round(cast) -> GradingRound:
    return GradingRoundFactory(
        force=cast.police,
        opened_by=cast.sam,
        state="PUBLISHED",
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 6, 30),
    )


@pytest.fixture
def sample(cast) -> DipSample:
    return DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")


@pytest.fixture
def version(cast):
    return ModuleVersionFactory(module__force=cast.police, module__title="Voice of the child")


def writer(cast: Cast, version=None, *, state: str = "COMPLETE", done_on: date = DONE, **fields):
    person = UserFactory(agency=cast.police, roles=["OFFICER"], **fields)
    if version is not None:
        TrainingRecordFactory(person=person, module_version=version, state=state, done_on=done_on)
    return person


def sent(round: GradingRound, author, at: datetime, *grades: int) -> None:
    for grade in grades:
        RoundItemFactory(round=round, referral=ReferralFactory(author=author, submitted_at=at), agreed=grade)


def attended(sample: DipSample, officer, at: datetime, *outcomes: str) -> None:
    for outcome in outcomes:
        incident = IncidentFactory(
            force=sample.force, officer=officer, reported_at=at, reported_on=at.date(), district=AreaFactory()
        )
        one = SampledIncidentFactory(sample=sample, incident=incident)
        IncidentReviewFactory(sampled=one, outcome=outcome, reviewed_by=sample.drawn_by)


def effect_for(user, **chosen) -> Effect:
    return effect_of(Evidence(user), Chosen(**chosen))


def grades_for(user, **chosen) -> Comparison:
    found = effect_for(user, **chosen).grades
    assert found is not None
    return found


def counts_of(found: Comparison) -> list[tuple[int, ...]]:
    return [side.grades.counts for side in found.sides]


def test_a_ppn_counts_as_after_from_the_day_that_follows_the_training(cast, round, version):
    trained = writer(cast, version)
    sent(round, trained, BEFORE, 1)
    sent(round, trained, SAME_DAY, 2)
    sent(round, trained, AFTER, 4)

    found = grades_for(cast.sam)

    assert counts_of(found)[:2] == [(1, 1, 0, 0), (0, 0, 0, 1)]
    assert (found.change.by, found.change.direction, found.trained) == (Decimal("2.50"), "higher", 1)
    assert found.change.interval_in_words == "", "one person shows no spread"


def test_people_without_the_training_are_parted_on_its_middle_day(cast, round, version):
    for day in (4, 10, 28):
        sent(round, writer(cast, version, done_on=date(2026, 5, day)), AFTER, 3)
    without = writer(cast)
    sent(round, without, SAME_DAY, 1)
    sent(round, without, AFTER, 2)

    assert counts_of(grades_for(cast.sam))[2:] == [(1, 0, 0, 0), (0, 1, 0, 0)]


def test_the_change_is_set_beside_that_of_the_others_over_the_same_time(cast, round, version):
    """With the training 1.50 higher, without it 0.50: 1.00 beyond the others."""
    for _ in range(2):
        trained, without = writer(cast, version), writer(cast)
        sent(round, trained, BEFORE, 2)
        sent(round, trained, AFTER, 3, 4)
        sent(round, without, BEFORE, 2)
        sent(round, without, AFTER, 2, 3)

    found = grades_for(cast.sam)

    assert (found.change.by, found.others_change.by) == (Decimal("1.50"), Decimal("0.50"))
    assert (found.beyond_others.by, found.beyond_others.direction) == (Decimal("1.00"), "higher")


def test_a_record_counts_once_both_have_signed(cast, round, version):
    sent(round, writer(cast, version, state="MENTOR_SIGNED"), AFTER, 4)

    assert not effect_for(cast.sam).trained.group


def test_the_first_time_counts_where_somebody_did_it_again(cast, round, version):
    person = writer(cast, version)
    TrainingRecordFactory(person=person, module_version=version, state="COMPLETE", done_on=date(2026, 6, 1))
    sent(round, person, AFTER, 4)

    assert grades_for(cast.sam).sides[1].n == 1


def cohort_of(cast: Cast, *people, versions=None, starts: datetime = BEFORE):
    """A cohort whose modules were given one a day from then on, all present at each."""
    versions = versions or [ModuleVersionFactory(module__force=cast.police)]
    programme = ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=versions)
    cohort = CohortFactory(programme=programme)
    for person in people:
        CohortMemberFactory(cohort=cohort, person=person)
    for number, one in enumerate(versions):
        TrainingSessionFactory(
            cohort=cohort,
            module_version=one,
            state="HELD",
            presence="PRESENT",
            starts_at=starts + timedelta(days=number),
        )
    return cohort


def test_a_session_counts_once_its_register_is_closed_for_who_was_present(cast, round, version):
    present, absent, planned = writer(cast), writer(cast), writer(cast)
    cohort_of(cast, present, versions=[version], starts=SAME_DAY)
    absence = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[version]))
    CohortMemberFactory(cohort=absence, person=absent)
    TrainingSessionFactory(cohort=absence, state="HELD", presence="ABSENT", starts_at=SAME_DAY)
    to_come = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess, gives=[version]))
    CohortMemberFactory(cohort=to_come, person=planned)
    TrainingSessionFactory(cohort=to_come, presence="PRESENT", starts_at=SAME_DAY)
    for person in (present, absent, planned):
        sent(round, person, AFTER, 4)

    assert effect_for(cast.sam).trained.days == {present.pk: DONE}
    assert effect_for(cast.sam, module=version.module).trained.days == {present.pk: DONE}


def test_a_cohort_is_trained_with_the_last_module_of_its_programme(cast, round):
    versions = [ModuleVersionFactory(module__force=cast.police) for _ in range(2)]
    person, half = writer(cast), writer(cast)
    cohort = cohort_of(cast, person, versions=versions, starts=BEFORE)
    CohortMemberFactory(cohort=cohort, person=half)
    sent(round, person, BEFORE, 1)
    sent(round, person, SAME_DAY, 2)
    sent(round, person, AFTER, 4)

    effect = effect_for(cast.sam, cohort=cohort)

    assert effect.trained.days == {person.pk: SAME_DAY.date()}
    assert counts_of(effect.grades)[:2] == [(1, 1, 0, 0), (0, 0, 0, 1)]


def test_who_was_trained_in_another_cohort_is_neither_of_the_group_nor_without_it(cast, round):
    versions = [ModuleVersionFactory(module__force=cast.police)]
    mine, other, without = writer(cast), writer(cast), writer(cast)
    cohort = cohort_of(cast, mine, versions=versions)
    second = CohortFactory(programme=cohort.programme)
    CohortMemberFactory(cohort=second, person=other)
    TrainingSessionFactory(cohort=second, state="HELD", presence="PRESENT", starts_at=BEFORE)
    for person in (mine, other, without):
        sent(round, person, AFTER, 3)

    assert [side.n for side in grades_for(cast.sam, cohort=cohort).sides] == [0, 1, 0, 1]


def test_of_one_team_those_count_who_are_in_it(cast, round, version):
    team = TeamFactory(agency=cast.police)
    sent(round, writer(cast, version, team=team), AFTER, 4)
    sent(round, writer(cast, version), AFTER, 1)

    assert counts_of(grades_for(cast.sam, team=team))[:2] == [(0, 0, 0, 0), (0, 0, 0, 1)]


def test_compliance_is_of_incidents_that_needed_a_form_by_their_officer(cast, sample, version):
    """Before: one of two complete; after: both, one of them late. What needed none, and what names no officer, is in no line."""
    officer = writer(cast, version)
    attended(sample, officer, BEFORE, "COMPLIANT", "MISSING")
    attended(sample, officer, AFTER, "COMPLIANT", "LATE", "NOT_NEEDED", "UNCLEAR")
    attended(sample, None, AFTER, "MISSING")
    attended(
        DipSampleFactory(
            force=cast.police,
            drawn_by=cast.sam,
            state="REVIEWED",
            period_start=date(2026, 5, 1),
            period_end=date(2026, 6, 30),
        ),
        officer,
        AFTER,
        "MISSING",
    )

    effect = effect_for(cast.sam)

    assert [(side.share.successes, side.share.n) for side in effect.compliance.sides[:2]] == [(1, 2), (2, 2)]
    assert (effect.compliance.change.by, effect.compliance.change.direction) == (Decimal("50.0"), "higher")
    assert effect.without_officer == 1


def test_who_reads_no_dip_samples_sees_no_compliance(cast, sample, version):
    attended(sample, writer(cast, version), AFTER, "COMPLIANT")

    effect = effect_for(cast.pam)

    assert (effect.sees_compliance, effect.compliance) == (False, None)


def answered(cast: Cast, author: User, at: datetime, *states: str, is_notice: bool = False, **fields) -> None:
    """A referral of somebody that the council answered in this order."""
    referral = ReferralFactory(author=author, submitted_at=at, state="ANSWERED", **fields)
    share = ShareFactory(referral=referral, agency=cast.council, shared_by=cast.mina, is_notice=is_notice)
    for number, state in enumerate(states, start=1):
        ShareAnswer.objects.create(
            share=share,
            number=number,
            state=state,
            rejection_reason="DUPLICATE" if state == "REJECTED" else "",
            missing=["VOICE"] if state == "FURTHER_WORK" else [],
            words="No.",
            due_at=at,
            answered_at=at + timedelta(days=number),
            answered_by=cast.pat,
        )


def test_answers_of_agencies_are_of_who_wrote_the_referral_and_accepted_at_once_or_not(cast, round, version):
    trained, without, elsewhere = writer(cast, version), writer(cast), writer(cast)
    for person in (trained, without):
        sent(round, person, AFTER, 3)
    answered(cast, trained, BEFORE, "REJECTED")
    answered(cast, trained, SAME_DAY, "FURTHER_WORK", "ACCEPTED")
    answered(cast, trained, AFTER, "ACCEPTED")
    answered(cast, trained, AFTER)  # waits
    answered(cast, trained, AFTER, "ACCEPTED", is_notice=True)
    answered(cast, without, SAME_DAY, "ACCEPTED")
    answered(cast, without, AFTER, "REJECTED", "ACCEPTED")
    answered(cast, without, AFTER, "ACCEPTED")
    answered(cast, elsewhere, AFTER, "REJECTED")  # of whom nothing else is known
    answered(cast, trained, AFTER, "REJECTED", agency=AgencyFactory(kind="POLICE"))  # before they moved here

    found = effect_for(cast.sam).answers

    assert found is not None
    assert [(side.share.successes, side.n, side.people) for side in found.sides] == [
        (0, 2, 1),
        (1, 1, 1),
        (1, 1, 1),
        (1, 2, 1),
    ]
    assert (found.change.by, found.change.direction) == (Decimal("100.0"), "higher")
    assert (found.others_change.by, found.others_change.direction) == (Decimal("50.0"), "lower")
    assert (found.beyond_others.by, found.beyond_others.direction) == (Decimal("150.0"), "higher")


def test_midnight_in_london_parts_what_people_without_the_training_sent(cast, round, version):
    """In May London is an hour before UTC: 23:30 in UTC is the next day there."""
    trained, without = writer(cast, version), writer(cast)
    for person in (trained, without):
        sent(round, person, AFTER, 3)
    for person in (trained, without):
        answered(cast, person, datetime(2026, 5, 10, 22, 30, tzinfo=UTC), "ACCEPTED")
        answered(cast, person, datetime(2026, 5, 10, 23, 30, tzinfo=UTC), "ACCEPTED")

    found = effect_for(cast.sam).answers

    assert found is not None
    assert [side.n for side in found.sides] == [1, 1, 1, 1]


def test_who_sees_no_answers_gets_no_comparison_of_them_and_readers_none_of_few(cast, round, version):
    trained = [writer(cast, version) for _ in range(5)]
    for person in trained:
        sent(round, person, AFTER, 3)
        answered(cast, person, AFTER, "ACCEPTED")

    assert effect_for(cast.gail).answers is None
    assert effect_for(cast.leda).answers is not None
    answered(cast, trained[0], BEFORE, "ACCEPTED")
    assert effect_for(cast.leda).answers is None, "one person before the training would be told of"


def test_modules_cohorts_and_teams_are_chosen_by_who_runs_grading(cast, round, version):
    other = ModuleVersionFactory(module__force=cast.police, module__title="Adults at risk")
    ModuleVersionFactory(module__force=cast.police, module__title="Nobody did this")
    sent(round, writer(cast, version), AFTER, 4)
    sent(round, writer(cast, other), AFTER, 3)
    cohort = cohort_of(cast, writer(cast))

    assert [module.title for module in modules_offered(Evidence(cast.sam))] == ["Adults at risk", "Voice of the child"]
    assert cohorts_offered(cast.sam) == [cohort]
    assert {team.agency for team in teams_offered(cast.sam)} == {cast.police}
    assert counts_of(grades_for(cast.sam, module=version.module)) == [
        (0, 0, 0, 0),
        (0, 0, 0, 1),
        (0, 0, 0, 0),
        (0, 0, 1, 0),
    ]
    assert (modules_offered(Evidence(cast.leda)), cohorts_offered(cast.leda), teams_offered(cast.leda)) == ([], [], [])


def test_only_published_rounds_and_what_counts_in_them(cast, version):
    person = writer(cast, version)
    sent(GradingRoundFactory(force=cast.police, state="MODERATING"), person, AFTER, 4)

    assert Evidence(cast.sam).graded == []


@pytest.mark.parametrize(("writers", "each", "is_shown"), [(5, 1, True), (4, 2, False), (1, 6, False)])
def test_readers_see_no_figures_of_few_people(cast, round, version, writers, each, is_shown):
    for _ in range(5):
        person = writer(cast, version)
        sent(round, person, BEFORE, 2)
        sent(round, person, AFTER, 3)
    for _ in range(writers):
        sent(round, writer(cast), AFTER, *[3] * each)

    assert (effect_for(cast.leda).grades is not None) is is_shown
    assert effect_for(cast.sam).grades is not None


def test_the_page_says_what_speaks_against_a_quick_answer(client, cast, round, version):
    for _ in range(5):
        person = writer(cast, version)
        sent(round, person, BEFORE, 2)
        sent(round, person, AFTER, 3)

    page = text_of(client.signed_in(cast.leda).get(reverse(URL)))

    assert "what goes together, not what comes from what" in page
    assert "After the training the mean grade of these 5 people is 1.00 higher" in page
    assert "5 people of whom there are PPNs or incidents had the training on 10 May 2026" in page
    assert "All teams" not in page


def test_what_is_not_offered_is_refused_beside_the_question(client, cast, round, version):
    sent(round, writer(cast, version), AFTER, 4)
    url = reverse(URL)

    assert client.signed_in(cast.sam).get(url, {"training": str(version.module_id)}).status_code == 200
    answer = client.get(url, {"training": "something else"})
    assert answer.status_code == 422
    assert "Choose from the list" in text_of(answer)
    assert client.signed_in(cast.leda).get(url, {"training": str(version.module_id)}).status_code == 422


def test_an_evaluator_gets_a_line_for_each_person_without_a_name_and_never_of_a_small_group(
    client, cast, round, version
):
    for number in range(5):
        trained, without = writer(cast, version), writer(cast)
        sent(round, trained, BEFORE, 2)
        sent(round, trained, AFTER, 3, 4)
        if number < 4:
            sent(round, without, AFTER, 1)
    url = reverse("training_effect_xlsx")
    client.signed_in(cast.sam)
    assert client.get(url).status_code == 404, "four people without the training"
    sent(round, writer(cast), AFTER, 1)

    answer = client.get(url)

    book = load_workbook(BytesIO(answer.content))
    rows = list(book["Grades"].iter_rows(min_row=2, values_only=True))
    people = [("yes", 1, 2, 2, 7)] * 5 + [("no", 0, 0, 1, 1)] * 5
    assert rows == [(number, *row) for number, row in enumerate(people, start=1)]
    cells = " ".join(str(cell) for sheet in book for row in sheet.values for cell in row)
    for person in User.objects.filter(agency=cast.police):
        assert str(person) not in cells
        assert str(person.pk) not in cells
    assert Entry.objects.filter(what="training.effect_exported", actor_id=str(cast.sam.pk)).count() == 1
    assert client.signed_in(cast.leda).get(url).status_code == 403


def test_looking_at_figures_of_few_people_is_recorded_and_at_others_is_not(client, cast, round, version):
    client.signed_in(cast.sam)
    looks = Entry.objects.filter(what="training.effect_read", verb="READ", actor_id=str(cast.sam.pk))
    sent(round, writer(cast, version), AFTER, 3)

    client.get(reverse(URL))
    assert looks.count() == 1
    for _ in range(4):
        sent(round, writer(cast, version), AFTER, 3)
    client.get(reverse(URL))
    assert looks.count() == 1


def test_no_workbook_is_made_of_a_small_cohort_though_others_are_many(cast, round):
    few = cohort_of(cast, *[writer(cast) for _ in range(4)])
    for _ in range(5):
        sent(round, writer(cast), AFTER, 3)

    assert not effect_for(cast.sam, cohort=few).is_for_evaluators


@pytest.mark.parametrize(("people", "queries"), [(1, 15), (6, 14), (9, 14)])
def test_the_page_asks_as_many_questions_however_many_people_there_are_and_one_more_to_record_few(
    client, cast, round, sample, version, people, queries, django_assert_num_queries
):
    trained = [writer(cast, version) for _ in range(people)]
    cohort = cohort_of(cast, *trained)
    for person in trained:
        sent(round, person, AFTER, 4)
        attended(sample, person, AFTER, "COMPLIANT")
    client.signed_in(cast.sam)
    asked = {"training": str(cohort.pk), "team": ""}
    client.get(reverse(URL), asked)

    with django_assert_num_queries(queries):
        client.get(reverse(URL), asked)
