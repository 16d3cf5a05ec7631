"""Demo data: the same each time, whole, and such that every rule of the service holds for it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import get_objects_for_group

from accounts.models import Agency, User
from accounts.roles import ROLES
from audit.models import Entry, Unusual
from common.clock import LONDON, london_day, start_of_day
from common.references import is_valid_reference
from devtools.demo_data.accounts import DEMO_ACCOUNTS
from devtools.demo_data.identity import quality_of
from devtools.demo_data.words import PASSWORD
from grading.models import (
    Assignment,
    DipSample,
    EarlierReview,
    Grade,
    GradeFeedback,
    GradingRound,
    IncidentReview,
    Invitation,
    InvitationReply,
    LiveGap,
    PublishedRound,
    Removal,
    RoundItem,
    Settlement,
)
from grading.permissions.dip_samples import can_review
from grading.queries import waiting_for
from grading.queries.dip_samples import periods_to_draw, review_states, reviews_left, unsettled
from grading.queries.panel import may_judge
from grading.services.dip_samples import redraw_sample
from grading.services.rounds import redraw_round
from partners.enums import HOLDS_A_PLACE, AskedWhen, BookingState, SessionState
from partners.models import Booking, Delegate, Session
from partners.permissions import can_book_for_agency, can_book_oneself
from partners.queries import follow_ups
from partners.queries.follow_ups import stories_for, used_counts
from partners.queries.questions import knowledge, questions_to_keep
from partners.queries.scenarios import change_at, standing_of
from partners.queries.session_feedback import result_of
from referrals.enums import SENT, AssessmentState
from referrals.models import (
    Challenge,
    Conflict,
    Consultation,
    CpiAssessment,
    CpiReport,
    DisposalCertificate,
    EmergencyAccess,
    EncompassNotice,
    Feedback,
    Incident,
    IncidentImport,
    LegalHold,
    Person,
    PersonKeys,
    PersonMatch,
    Ppn,
    Referral,
    ReferralAccess,
    ReferralWords,
    Restriction,
    RetentionReview,
    Review,
    Share,
    ShareAnswer,
    ShareSnapshot,
    StrategyAction,
    TriageMeeting,
)
from referrals.permissions import can_review as can_review_referral
from referrals.queries import history_of as history_of_people
from referrals.queries import parts_taken, traces_of_source
from referrals.queries.likeness import OFFERED
from tests.devtools.demo import TODAY, load
from tests.furnished import stored
from training.enums import RecordState, SignerRole
from training.models import (
    CatalogueEntry,
    Champion,
    ChampionTopic,
    CpdEarlierVersion,
    CpdEntry,
    Exercise,
    ExerciseRun,
    KnowledgeTest,
    ModuleVersion,
    RegisterEntry,
    SigningDelegation,
    Sitting,
    SupervisionSession,
    SurveyTemplate,
    Theme,
    TrainingRecord,
)
from training.permissions import SIGNING_PERMISSIONS
from training.queries import modules, records, skills
from training.queries.cpd_expected import expectations_of, expected_in
from training.queries.exercises import comparison_of
from training.queries.inductions import inductions_to_read, plan_of
from training.queries.knowledge_analysis import analysis_of
from training.queries.knowledge_results import results_of
from training.queries.matrix import MatrixFilter, matrix_of
from training.queries.needs import needs_of, requirements_of
from training.queries.people import cpd_by_year
from training.queries.records import are_signatures_true, content_of, history_of, records_to_read
from training.queries.supervision_and_surveys import waiting_for as supervision_waiting_for
from training.queries.supervision_figures import figures_of_year
from training.queries.surveys import trends_of
from training.services.exercise_runs import cpd_key


@pytest.fixture(scope="module")
def loaded_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with stored(load, django_db_blocker):
        yield


@pytest.fixture
def loaded(loaded_once: None, db: None) -> None:
    """The service with the demo's data. Tests that load for themselves are in test_demo_load: they must not find these rows."""


def test_as_many_referrals_come_as_were_asked_for(loaded: None) -> None:
    assert Referral.objects.sent().count() == 300
    assert Incident.objects.count() == 1200


def test_a_service_with_referrals_is_left_alone(loaded: None) -> None:
    with pytest.raises(CommandError, match="There are referrals or incidents already"):
        load()

    call_command("load_demo", referrals=10, if_empty=True, stdout=StringIO())

    assert Referral.objects.sent().count() == 300


def test_one_account_for_each_role_signs_in_with_a_password_that_the_service_would_take(loaded: None) -> None:
    held = {user.email: user.roles_on(TODAY) for user in User.objects.all()}

    assert {role for email, *_ in DEMO_ACCOUNTS for role in held[f"{email}@example.org"]} == set(ROLES)
    for email, *_ in DEMO_ACCOUNTS:
        user = User.objects.get(email=f"{email}@example.org")
        assert user.check_password(PASSWORD)
        validate_password(PASSWORD, user)


def test_everybody_and_every_agency_is_plainly_fictitious(loaded: None) -> None:
    assert all(user.email.endswith("@example.org") for user in User.objects.all())
    assert all(agency.name.endswith("(fictitious)") for agency in Agency.objects.all())
    assert all(number.startswith("9900") for number in Incident.objects.values_list("number", flat=True))


def test_nothing_has_happened_in_the_future_and_deadlines_lie_on_both_sides_of_now(loaded: None) -> None:
    now = start_of_day(TODAY)
    waiting = Referral.objects.awaiting_decision()

    assert not Referral.objects.filter(changed_at__gt=now).exists()
    assert not Share.objects.filter(answered_at__gt=now).exists()
    assert waiting.overdue(at=now).exists()
    assert waiting.filter(due_at__gt=now, due_at__lt=now + timedelta(days=20)).exists()


def test_every_reference_can_be_checked(loaded: None) -> None:
    assert all(
        is_valid_reference(reference) for reference in Referral.objects.sent().values_list("reference", flat=True)
    )


def test_agencies_see_what_is_shared_with_them_and_guardian_agrees(loaded: None) -> None:
    for agency in Agency.objects.filter(is_hub=False):
        shared = set(Share.objects.live().filter(agency=agency).values_list("referral_id", flat=True))
        access = set(ReferralAccess.objects.filter(agency=agency).values_list("referral_id", flat=True))
        granted = get_objects_for_group(agency.group, "referrals.view_referral", Referral)
        assert shared == access == set(granted.values_list("pk", flat=True))

    hub = set(ReferralAccess.objects.filter(agency__is_hub=True).values_list("referral_id", flat=True))
    assert hub == set(Referral.objects.filter(state__in=SENT).values_list("pk", flat=True))


def test_better_notices_hold_the_persons_own_words(loaded: None) -> None:
    quoted, count = Counter[int](), Counter[int]()
    for ppn in Ppn.objects.filter(referral__state__in=SENT):
        quality = quality_of(ppn.referral_id)
        count[quality] += 1
        quoted[quality] += "“" in ppn.voice

    assert quoted[4] / count[4] > 0.9
    assert quoted[1] == 0


def test_people_come_back_with_slips_and_the_hub_knew_many_of_them(loaded: None) -> None:
    sent = Person.objects.filter(referral__state__in=SENT)
    matches = PersonMatch.objects.select_related("one", "other")

    assert PersonKeys.objects.count() == sent.count()
    assert ReferralWords.objects.count() == Referral.objects.sent().count()
    assert matches.confirmed().count() > 30
    assert all(match.bits >= OFFERED and match.reasons for match in matches)
    assert sum(match.one.full_name != match.other.full_name for match in matches) > 5


def test_two_notices_rarely_read_the_same(loaded: None) -> None:
    good = [ppn.concern for ppn in Ppn.objects.filter(referral__state__in=SENT) if quality_of(ppn.referral_id) > 2]

    assert len(set(good)) > 0.95 * len(good)


def test_the_load_is_in_the_access_log_once(loaded: None) -> None:
    assert list(Entry.objects.filter(what="demo.loaded").values_list("what", "details")) == [
        ("demo.loaded", {"referrals": 300, "incidents": 1200, "seed": 7})
    ]


def test_three_cases_of_unusual_access_are_to_be_looked_at_and_the_triggers_of_history_are_on_again(
    loaded: None,
) -> None:
    assert sorted(Unusual.objects.new().values_list("rule", flat=True)) == [
        "BREAK_GLASS",
        "MANY_IN_HOUR",
        "OUT_OF_HOURS",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgenabled FROM pg_trigger WHERE tgname = 'audit_history'")
        assert cursor.fetchall() == [("O",)]


def test_restricted_referrals_conflicts_and_emergency_access_are_there_to_look_at(loaded: None) -> None:
    people = {name: User.objects.get(email=f"{name}@example.org") for name in ("decision", "supervisor", "governance")}
    pages = {}
    for who, path in (
        ("supervisor", "/referrals/restricted/"),
        ("decision", "/referrals/restricted/"),
        ("supervisor", "/referrals/conflicts/"),
        ("supervisor", "/referrals/emergencies/"),
        ("governance", "/referrals/emergencies/"),
        ("governance", reverse("unusual")),
    ):
        browser = Client()
        browser.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        pages[who, path] = browser.get(path)

    counts = {key: len(page.context["page"].items) for key, page in pages.items()}
    suspected = Conflict.objects.filter(state="SUSPECTED")
    assert list(counts.values()) == [2, 1, suspected.count(), 2, 2, 3]
    assert set(suspected.values_list("source", flat=True)) == {"DECLARED", "MATCHED"}
    assert Conflict.objects.filter(state="CONFIRMED", judged_by=people["supervisor"]).count() == 1
    hidden = Restriction.objects.standing().exclude(names__person=people["decision"]).values("referral")
    assert not Referral.objects.visible_to(people["decision"]).filter(pk__in=hidden).exists()
    late = EmergencyAccess.objects.get(reviewed_at=None)
    assert (late.opened_by, london_day(late.opened_at)) == (people["decision"], TODAY - timedelta(days=1))
    assert late.opened_at < late.ended_at < late.closes_at
    assert Entry.objects.filter(details__emergency_access=str(late.pk)).count() == 3


def test_records_managers_find_reviews_at_every_stage_and_a_certificate(loaded: None) -> None:
    reviews = RetentionReview.objects.all()
    states = set(reviews.values_list("state", flat=True))
    iggy, ivo = (User.objects.get(email=f"{name}@example.org") for name in ("governance", "records"))

    assert states == {"SCHEDULED", "DUE", "PROPOSED", "RETAINED"}
    assert LegalHold.objects.standing(on=TODAY).filter(placed_by=iggy).count() == 1
    assert reviews.get(state="PROPOSED").decided_by == ivo
    certificate = DisposalCertificate.objects.get()
    assert (certificate.proposed_by, certificate.approved_by) == (ivo, iggy)
    assert not Referral.objects.filter(pk=certificate.referral_id).exists()


def test_the_demo_officer_has_drafts_to_go_on_with(loaded: None) -> None:
    assert Referral.objects.drafts().filter(author__email="officer@example.org").count() == 2


def test_rounds_stand_at_each_stage_and_can_be_drawn_again(loaded: None) -> None:
    supervisor = User.objects.get(email="supervisor@example.org")

    assert Counter(GradingRound.objects.values_list("state", flat=True)) == {
        "PUBLISHED": 3,
        "MODERATING": 1,
        "GRADING": 1,
        "PLANNED": 1,
    }
    for round in GradingRound.objects.exclude(state="PLANNED"):
        assert len(redraw_round(round_id=round.pk, by=supervisor, at=start_of_day(TODAY))) >= 8


def test_agencies_are_invited_to_the_planned_round_and_the_demo_panel_member_has_one_to_answer(loaded: None) -> None:
    panel = User.objects.get(email="panel@example.org")

    invitations = Invitation.objects.filter(round__state="PLANNED")
    assert invitations.count() == Invitation.objects.count() == 4
    assert set(InvitationReply.objects.values_list("state", flat=True)) == {"ACCEPTED", "DECLINED"}
    assert not InvitationReply.objects.filter(person=panel).exists()
    (line,) = [line for line in waiting_for(panel, at=start_of_day(TODAY)) if "to answer" in line.title]
    assert line.url == invitations.get(agency=panel.agency).get_absolute_url()


def test_one_ppn_of_the_round_that_is_being_graded_was_replaced_by_the_next_of_its_draw(loaded: None) -> None:
    removal = Removal.objects.get()

    assert (removal.item.round.state, removal.item.position, removal.successor.position) == ("GRADING", 9, 11)
    assert removal.item.round.strata == "DISTRICT"
    assert all(stratum for stratum in removal.item.round.items.values_list("stratum", flat=True))
    assert not Grade.objects.filter(assignment__item=removal.item).exists()


def test_writers_of_published_rounds_have_feedback_and_the_demo_officer_has_some_to_read(loaded: None) -> None:
    officer = User.objects.get(email="officer@example.org")
    told = GradeFeedback.objects.told()

    assert told.count() == RoundItem.objects.filter(round__state="PUBLISHED").count()
    assert {"TOLD", "READ", "DISAGREED"} <= set(told.values_list("state", flat=True))
    assert not told.filter(learning_point="").exists()
    assert not told.exclude(recipient=F("item__referral__author")).exists()
    assert GradeFeedback.objects.unread_by(officer).exists()
    assert GradeFeedback.objects.filter(state="PREPARED").exists()


def test_nobody_grades_what_they_or_their_team_wrote_or_decided(loaded: None) -> None:
    assignments = list(Assignment.objects.select_related("item__referral__author", "grader"))
    parts = parts_taken([one.item.referral_id for one in assignments])
    for one in assignments:
        assert may_judge(one.grader, one.item.referral, took_part=parts[one.item.referral_id])


def test_graders_find_the_better_notices_better(loaded: None) -> None:
    by_quality: dict[int, list[int]] = {1: [], 2: [], 3: [], 4: []}
    for item in RoundItem.objects.agreed():
        by_quality[quality_of(item.referral_id)].append(item.agreed_grade or 0)
    poor, good = by_quality[1] + by_quality[2], by_quality[3] + by_quality[4]

    assert sum(good) / len(good) > sum(poor) / len(poor) + 0.7


def test_the_published_rounds_are_there(loaded: None) -> None:
    assert PublishedRound.objects.count() == 6
    assert [one.period for one in PublishedRound.objects.all() if not one.mean_is_as_published] == ["2024-10"]


def test_three_years_of_sessions_were_held_with_30_to_50_delegates_some_in_the_evening(loaded: None) -> None:
    now = start_of_day(TODAY)
    held = list(Session.objects.filter(state=SessionState.HELD).order_by("starts_at"))

    assert len(held) >= 30
    assert held[0].starts_at < now - timedelta(days=2 * 365 + 330)
    assert all(session.ends_at < now and 30 <= session.places_taken <= 50 for session in held)
    evening = [session for session in held if session.starts_at.astimezone(LONDON).hour >= 18]
    assert 5 <= len(evening) < len(held) / 2
    came = Booking.objects.filter(state=BookingState.PRESENT).count()
    missed = Booking.objects.filter(state=BookingState.ABSENT).count()
    assert 0.05 < missed / (came + missed) < 0.2


def test_a_dozen_sessions_are_ahead_one_full_and_one_with_a_single_place_left(loaded: None) -> None:
    coming = Session.objects.coming(at=start_of_day(TODAY) + timedelta(days=1))
    left = Counter(session.places_left for session in coming.open())

    assert Counter(coming.values_list("state", flat=True)) == {"OPEN": 10, "CANCELLED": 1, "PLANNED": 1}
    assert (left[0], left[1]) == (1, 1)
    assert Session.objects.awaiting_register(at=start_of_day(TODAY)).count() == 1


def test_the_demo_partner_and_coordinator_have_sessions_to_come_and_behind_them(loaded: None) -> None:
    for email in ("partner@example.org", "coordinator@example.org"):
        own = Booking.objects.filter(user__email=email)
        assert own.filter(state=BookingState.BOOKED, session__starts_at__gt=start_of_day(TODAY)).exists()
        assert own.filter(state=BookingState.PRESENT).exists()
    assert Booking.objects.filter(user__email="partner@example.org", state=BookingState.CALLED_OFF).exists()


def test_some_left_early_and_some_had_not_booked_and_were_added_by_the_trainer_on_the_day(loaded: None) -> None:
    walked_in = list(Booking.objects.exclude(walk_in="").select_related("booked_by", "session"))

    assert walked_in
    for booking in walked_in:
        assert booking.booked_by.agency_id == booking.session.host_id
        assert (booking.state, booking.booked_at) == (BookingState.PRESENT, booking.session.starts_at)
    assert Booking.objects.filter(is_partial=True).exists()


def test_every_booking_was_made_by_somebody_who_may_make_it_before_the_session(loaded: None) -> None:
    booked = Booking.objects.filter(walk_in="")
    for booking in booked.select_related("booked_by__agency", "session", "user", "delegate"):
        assert booking.booked_by.agency_id == booking.agency_id == booking.person.agency_id
        if booking.user_id is not None:
            assert booking.user_id == booking.booked_by_id
            assert can_book_oneself(booking.booked_by)
        else:
            assert can_book_for_agency(booking.booked_by)
        assert booking.session.planned_at < booking.booked_at < booking.session.starts_at
    assert all(email.endswith("@example.org") for email in Delegate.objects.values_list("email", flat=True))
    held = Booking.objects.filter(state__in=HOLDS_A_PLACE)
    assert held.count() == sum(Session.objects.values_list("places_taken", flat=True))


def test_the_last_nights_incidents_came_by_imports_that_count_them(loaded: None) -> None:
    imports = list(IncidentImport.objects.order_by("at"))

    assert len(imports) == 5
    assert (
        sum(done.added for done in imports)
        == Incident.objects.filter(reported_on__gte=TODAY - timedelta(days=5)).count()
    )
    assert [done.refused for done in imports] == [0, 2, 0, 1, 0]
    assert [done.refusals.values("number").distinct().count() for done in imports] == [0, 2, 0, 1, 0]
    assert {done.by.email for done in imports if done.by} == {"analyst@example.org"}


def test_every_two_months_of_nearly_three_years_have_a_published_sample_but_those_left_to_try(loaded: None) -> None:
    samples = list(DipSample.objects.newest_first())
    left = periods_to_draw(Agency.objects.get(is_hub=True), today=TODAY)

    assert [period.label for period in left] == ["September to October 2026", "November to December 2025"]
    assert [sample.state for sample in samples] == ["IN_REVIEW", *["PUBLISHED"] * 14]
    assert (samples[0].period.label, samples[-1].period.label) == ("July to August 2026", "January to February 2024")


def test_reviews_say_whether_forms_are_good_enough_and_a_spreadsheet_of_before_stands_apart(loaded: None) -> None:
    judged = IncidentReview.objects.exclude(quick_quality=None)
    assert {review.quick_quality for review in judged} == {1, 2, 3, 4}
    assert judged.exclude(learning_themes=[]).exists()
    assert EarlierReview.objects.count() == 42
    assert max(EarlierReview.objects.values_list("period_end", flat=True)) < min(
        DipSample.objects.values_list("period_start", flat=True)
    )


def test_dip_samples_are_drawn_again_from_their_seed(loaded: None) -> None:
    supervisor = User.objects.get(email="supervisor@example.org")

    for sample in DipSample.objects.all():
        again = redraw_sample(sample_id=sample.pk, by=supervisor, at=start_of_day(TODAY))
        assert len(again) == sample.incidents.count() == min(34, sample.frame_size)


def test_who_reviewed_an_incident_could_review_it_and_every_review_needed_is_in(loaded: None) -> None:
    for review in IncidentReview.objects.select_related("sampled__sample", "reviewed_by"):
        assert can_review(review.reviewed_by, review.sampled)
        assert review.sampled.sample.drawn_at < review.reviewed_at < start_of_day(TODAY)
        form_types = {kind for form in review.forms_found.all() for kind in form.types}
        assert form_types <= set(review.found_types)
        assert review.live_gap == bool(review.live_gap_action)
        review.full_clean()
    for sample in DipSample.objects.published():
        assert reviews_left(sample) == 0
        assert sample.drawn_at < sample.reviewed_at < sample.published_at <= start_of_day(TODAY)


def test_the_sample_in_review_waits_for_the_demos_reviewer_and_supervisor(loaded: None) -> None:
    sample = DipSample.objects.get(state="IN_REVIEW")

    for email in ("reviewer@example.org", "supervisor@example.org"):
        states = review_states(sample, User.objects.get(email=email))
        assert sum(state.waits_for_me for state in states) >= 5
        assert any(state.mine is not None for state in states)


def test_each_live_gap_of_a_review_was_raised_and_those_of_published_samples_are_closed(loaded: None) -> None:
    assert LiveGap.objects.exists()
    assert LiveGap.objects.count() == IncidentReview.objects.filter(live_gap=True).count()
    assert not LiveGap.objects.open().filter(sampled__sample__state="PUBLISHED").exists()


def test_a_live_gap_waits_on_the_home_page_of_the_demos_supervisor(loaded: None) -> None:
    supervisor = User.objects.get(email="supervisor@example.org")

    titles = [line.title for line in waiting_for(supervisor, at=start_of_day(TODAY)) if "live gap" in line.title]

    assert len(titles) == 1
    assert LiveGap.objects.open().filter(done_at_once__startswith="Fictitious").exists()


def test_what_reviews_left_open_was_settled_before_publication(loaded: None) -> None:
    assert Settlement.objects.exists()
    for sample in DipSample.objects.published():
        assert unsettled(sample) == []


def test_training_records_stand_at_every_stage_and_every_signature_is_true(loaded: None) -> None:
    found = list(records_to_read())

    assert Counter(record.state for record in found).keys() == set(RecordState)
    assert all(are_signatures_true(record) for record in found)
    assert min(content_of(record).done_on for record in found) < TODAY - timedelta(days=2 * 365)
    assert {record.version for record in found} == {1, 2}
    now = start_of_day(TODAY)
    for record in found:
        happened = [one.at for one in history_of(record)]
        assert max(happened) < now
        assert {signature.signer for signature in record.signatures.all()} <= {record.mentor, record.line_manager}
        for signer, role in ((record.mentor, SignerRole.MENTOR), (record.line_manager, SignerRole.LINE_MANAGER)):
            assert signer.may(SIGNING_PERMISSIONS[role])
        assert record.mentor != record.line_manager
        assert record.person not in (record.mentor, record.line_manager, record.trainer)


def test_signatures_follow_each_other_in_time(loaded: None) -> None:
    for record in TrainingRecord.objects.filter(state=RecordState.COMPLETE):
        mentor, manager = (record.signatures.valid().get(role=role) for role in SignerRole)
        assert record.logged_at < mentor.signed_at < manager.signed_at == record.completed_at


def test_training_waits_for_the_demo_mentor_and_manager_and_came_back_to_the_trainer(loaded: None) -> None:
    for email, lines in (
        ("mentor", {"Training records to sign as mentor"}),
        ("manager", {"Training records to sign as line manager", "Evidence of skills to confirm"}),
        ("trainer", {"Training records sent back to you", "Evidence of skills to confirm", "Modules to review"}),
    ):
        user = User.objects.get(email=f"{email}@example.org")
        waiting = {
            line.title: line.count
            for noun in (records, skills, modules)
            for line in noun.waiting_for(user, at=start_of_day(TODAY))
        }
        assert waiting.keys() == lines
        assert all(count >= 2 for count in waiting.values())


def test_the_matrix_of_the_hub_shows_every_standing(loaded: None) -> None:
    team = User.objects.get(email="decision@example.org").team
    assert team is not None

    people = User.objects.filter(team=team, is_active=True)
    found = matrix_of(people, requirements_of(team.agency_id, on=TODAY), MatrixFilter(), on=TODAY)
    assert [str(state) for state, count in found.counts if count == 0] == []


def test_profiles_ask_for_modules_and_skills_and_people_stand_at_every_stage_of_them(loaded: None) -> None:
    people = User.objects.filter(role_grants__role="MASH_DECISION_MAKER")
    needs = [
        need
        for person in people
        for need in needs_of([person], force_id=person.agency_id, on=TODAY)[person.pk]
        if need.kind != "MODULE"
    ]

    assert {"Adult safeguarding", "Domestic abuse", "MASH decision-maker", "MASH researcher"} <= {
        str(profile) for need in needs for profile in need.profiles
    }
    assert {str(need.standing) for need in needs} >= {"MET", "DUE", "LAPSED", "WAITING", "MISSING"}


def test_modules_are_in_their_second_version_and_records_in_the_one_that_was_taught(loaded: None) -> None:
    assert Counter(ModuleVersion.objects.current(on=TODAY).values_list("number", flat=True)) == {1: 4, 2: 2}
    for record in records_to_read():
        taught = ModuleVersion.objects.current(on=content_of(record).done_on)
        assert record.module_version in taught.filter(module=record.module_version.module)


def test_the_catalogue_is_there(loaded: None) -> None:
    assert (Theme.objects.count(), CatalogueEntry.objects.count()) == (21, 249)


def test_officers_and_decision_makers_logged_cpd_in_each_of_three_years(loaded: None) -> None:
    for email in ("officer", "decision"):
        years = cpd_by_year(User.objects.get(email=f"{email}@example.org"))
        assert len(years) >= 3
        assert all(0 < year.hours < 60 for year in years)
    assert not CpdEntry.objects.filter(done_on__gte=TODAY).exists()
    assert CpdEntry.objects.filter(logged_by__email="trainer@example.org").exclude(person=F("logged_by")).exists()


def test_the_cpd_log_shows_what_became_of_entries_and_what_is_expected(loaded: None) -> None:
    assert CpdEntry.objects.filter(event__isnull=False).exists()
    assert CpdEntry.objects.exclude(taken_back_at=None).exists()
    assert not CpdEntry.objects.filter(looked_back_on__gte=TODAY).exists()
    corrected = CpdEntry.objects.filter(version=2)
    assert corrected.exclude(did_help="").exists()
    assert corrected.filter(did_help="").exists()
    assert CpdEarlierVersion.objects.count() == corrected.count()
    assert expected_in(TODAY.year, expectations_of(User.objects.get(email="trainer@example.org").agency_id))


def test_each_ppn_of_high_risk_has_its_review_by_a_supervisor_of_its_team(loaded: None) -> None:

    high = Referral.objects.sent().filter(kind="PPN", risk_level=3)
    assert set(Review.objects.values_list("referral", flat=True)) == set(high.values_list("pk", flat=True))
    assert not Review.objects.exclude(author=F("referral__author")).exists()
    assert not Review.objects.filter(reviewed_at__gte=start_of_day(TODAY)).exists()
    assert {"APPROVED", "RESUBMITTED"} <= set(Review.objects.values_list("state", flat=True))
    assert all(
        can_review_referral(review.reviewed_by, review.referral) for review in Review.objects.exclude(reviewed_by=None)
    )


def test_the_meeting_of_today_is_half_gone_through_and_the_one_before_is_closed(loaded: None) -> None:
    before, today = TriageMeeting.objects.order_by("day").with_counts()

    assert (before.is_closed, before.discussed) == (True, before.listed)
    assert (today.day, today.is_closed) == (TODAY, False)
    assert 0 < today.discussed < today.listed


def test_challenges_with_the_demo_partner_stand_at_each_point_and_the_consultation_log_has_months(
    loaded: None,
) -> None:
    partner = User.objects.get(email="partner@example.org")

    challenges = Challenge.objects.visible_to(partner)
    now = start_of_day(TODAY)

    assert len({(one.state, one.level) for one in challenges}) >= 4
    assert challenges.late(at=now).exists()
    for one in challenges:
        said = list(one.positions.order_by("at").values_list("side", flat=True))
        assert said == ["AGENCY" if turn % 2 == 0 else "HUB" for turn in range(len(said))]
        assert one.share is None
        assert one.referral.shares.get(agency=one.agency).shared_at < one.opened_at < now
    assert Consultation.objects.filter(recorded_at__lt=now).count() == 60


def test_answers_feedback_discussions_and_notices_are_worth_looking_at(loaded: None) -> None:
    answered = Share.objects.filter(answered_at__isnull=False)

    assert ShareAnswer.objects.filter(share__in=answered).values("share").distinct().count() == answered.count()
    assert ShareAnswer.objects.filter(number=2, share__state="ACCEPTED").exists()
    assert all(snapshot.is_intact for snapshot in ShareSnapshot.objects.all())
    assert Feedback.objects.filter(acknowledged_at=None).exists()
    assert Feedback.objects.filter(kind="LEARNING").exists()
    assert StrategyAction.objects.open().exists()
    assert {"DUE", "ACKNOWLEDGED"} <= set(EncompassNotice.objects.values_list("state", flat=True))


def test_cpi_forms_are_evaluated_in_every_state_and_no_report_names_who_sent_it(loaded: None) -> None:
    assert set(CpiAssessment.objects.values_list("state", flat=True)) == set(AssessmentState.values)
    now = start_of_day(TODAY)
    assert not CpiAssessment.objects.filter(closed_at__gt=now).exists()
    reports = CpiReport.objects.select_related("assessment__referral__author", "assessment__referral__agency")
    assert reports.filter(graded_at__isnull=False).count() > 20
    assert not [one for one in reports if traces_of_source(one.text, one.assessment.referral)]


def test_an_open_referral_has_a_household_that_was_told_of_before(loaded: None) -> None:
    decider = User.objects.get(email="decision@example.org")
    waiting = Referral.objects.ppns().awaiting_decision().filter(types__contains=["CHILD"])
    newest = waiting.order_by("-submitted_at", "pk")[0]

    homes = [history.household for history in history_of_people(decider, newest)]

    assert max(len(home.referrals) for home in homes) >= 1


def test_the_exercise_has_ten_sheets_three_groups_that_decided_differently_and_a_run_to_come(loaded: None) -> None:
    ended, planned = ExerciseRun.objects.order_by("planned_for").select_related("exercise")
    compared = comparison_of(ended)
    chosen = [[one.decision.choice if one.decision else "" for one in row.answers] for row in compared.rows]
    entries = CpdEntry.objects.filter(event__key=cpd_key(ended))

    assert (ended.state, planned.state, ended.exercise) == ("ENDED", "PLANNED", planned.exercise)
    assert Exercise.objects.in_use().count() == 1
    assert (len(compared.groups), len(compared.rows), compared.not_given) == (3, 10, 0)
    assert all(row.inject.text and row.inject.expected and row.inject.asks for row in compared.rows)
    assert all(len(set(column)) > 1 for column in zip(*chosen, strict=True))
    assert len(set(zip(*chosen, strict=True))) == 3
    assert [meeting.outcome for _, meeting in compared.meetings if meeting] == ["JOINT", "SINGLE", "JOINT"]
    assert sum(answer.changes for row in compared.rows for answer in row.answers) == 2
    assert set(entries.values_list("person", flat=True)) == set(ended.members.values_list("person", flat=True))
    assert planned.groups.count() == 2
    assert not planned.members.filter(person__in=ended.members.values("person")).exists()


def test_supervision_and_surveys_wait_for_the_demos_people_and_a_champion_stands_for_each_topic(loaded: None) -> None:
    decision = User.objects.get(email="decision@example.org")
    titles = [line.title for line in supervision_waiting_for(decision, at=start_of_day(TODAY))]
    over, trends = trends_of(SurveyTemplate.objects.get(), on=TODAY)

    assert "Supervision records to read and confirm" in titles
    assert "Staff surveys to answer, anonymously" in titles
    assert [len(over), all(result.is_shown for trend in trends for result in trend.results)] == [2, True]
    assert Champion.objects.current(on=TODAY).count() == ChampionTopic.objects.count() == 4
    states = set(SupervisionSession.objects.values_list("state", flat=True))
    assert states == {"HELD", "MISSED"}
    assert figures_of_year(decision, year=TODAY.year, on=TODAY).total is not None


def test_knowledge_tests_show_a_change_and_a_question_that_is_marked_wrongly(loaded: None) -> None:
    trainer = User.objects.get(email="trainer@example.org")
    neglect, ppn = KnowledgeTest.objects.open().order_by("module__title")[::-1]
    whole, cohorts = results_of(neglect, trainer)
    assert whole is not None
    assert whole.change.n >= 20
    assert whole.change.interval is not None
    assert whole.change.interval.low > 0
    assert whole.later.n >= 5
    assert len([one for one in cohorts if one.change.n >= 5]) == 3
    # Of the other test there are answers before, and nobody has been taught since.
    assert results_of(ppn, trainer)[0].one_sided > 0
    marked = [line.number for line in analysis_of(neglect).lines if "which answer is marked as right" in line.remark]
    assert marked == [6]
    for one in Sitting.objects.select_related("test"):
        assert one.handed_in_at < start_of_day(TODAY)
        assert own_steps_are_possible(one)


def own_steps_are_possible(sitting: Sitting) -> bool:
    """Before stands before the session at which the person was, after and follow-up behind it."""
    there = RegisterEntry.objects.filter(
        person=sitting.person, session__module_version__module=sitting.test.module, presence="PRESENT"
    ).select_related("session")
    if sitting.occasion == "BEFORE":
        return all(sitting.handed_in_at < entry.session.starts_at for entry in there)
    return any(entry.session.ends_at < sitting.begun_at for entry in there)


def test_the_demos_starter_has_a_step_at_every_stage_and_a_deputy_signs_for_who_is_away(loaded: None) -> None:
    running = inductions_to_read().open().get()
    plan = plan_of(running, on=TODAY)

    assert {one.standing.value for one in plan.steps} == {"DONE", "DECLARED", "WITH_MANAGER", "WITH_ANSWER"}
    assert plan.late > 0
    assert running.changes.get().move == "MOVE_STEP"
    assert inductions_to_read().closed().get().state == "STOPPED"
    today = SigningDelegation.objects.covering(on=TODAY).get()
    assert TrainingRecord.objects.to_sign_by(today.deputy, on=TODAY).filter(line_manager=today.absent).exists()


def test_people_changed_in_the_scenarios_of_a_session_said_what_they_thought_asked_and_told_on(loaded: None) -> None:
    at = start_of_day(TODAY)
    trainer = User.objects.get(email="trainer@example.org")
    session = Session.objects.filter(bookings__scenario_answers__isnull=False).distinct().get()

    [change] = change_at(session, at=at)
    both = change.changes[2].paired
    assert change.n == both.n >= 5
    assert both.could_be_chance is False
    feedback = result_of(session, at=at)
    assert feedback is not None
    assert feedback.words
    assert knowledge("consent").count() == 1
    assert questions_to_keep(trainer, show="open").count() == 1
    assert (stories_for(trainer, at=at).count(), used_counts(trainer, at=at).is_shown) == (3, True)
    partner = User.objects.get(email="partner@example.org")
    places = partner.session_bookings.holding_a_place().select_related("session")
    asked = [standing.asked for place in places if (standing := standing_of(place, at=at))]
    assert AskedWhen.BEFORE in asked
    assert any(follow_ups.is_asked(place, at=at) for place in places)
