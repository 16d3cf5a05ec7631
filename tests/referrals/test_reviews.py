"""A supervisor's review of a PPN of high risk: who is asked, every move allowed and refused, and what the author sees."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import permissions, queries, services
from referrals.enums import REVIEW_MOVES, ReferralState, ReviewMove, ReviewState, RiskLevel, next_review_state
from referrals.models import Referral, Review
from referrals.schedules import mark_late_reviews
from referrals.services.lateness import note_late_reviews
from tests.factories.accounts import UserFactory
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.referrals.conftest import Life

NOTE = "Please tell what the child said, in the child's own words."
SAFE = {"points_met": ["the concern in detail"], "safeguarding_done": True, "risk_level": RiskLevel.HIGH}
ANSWERS = {
    ReviewMove.APPROVE: {},
    ReviewMove.APPROVE_WITH_CHANGE: {"types_missing": ["DOMESTIC_ABUSE"]},
    ReviewMove.RETURN: {"return_codes": ["VOICE_MISSING"], "note": NOTE},
}


def high(life, **answers):
    return life.submitted(risk_level=RiskLevel.HIGH, **answers)


def review(referral, by, move=ReviewMove.APPROVE, **answers):
    values = SAFE | ANSWERS[move] | answers
    return services.review_referral(referral_id=referral.pk, move=move, by=by, at=NOW, **values)


def answer(referral, by, words="I asked again: she said so."):
    return services.answer_review(referral_id=referral.pk, answer=words, by=by, at=NOW)


def states(referral):
    return list(referral.reviews.order_by("number").values_list("state", flat=True))


def page(name, referral):
    return reverse(f"referrals:{name}", args=[referral.pk])


def run_jobs():
    for job in Job.objects.filter(finished_at=None):
        jobs.run(job_id=job.pk, at=timezone.now())


def test_a_ppn_of_high_risk_is_received_at_once_and_its_review_is_due_two_hours_later(cast, life, mailoutbox):
    referral = high(life)

    asked = Review.objects.get()
    assert referral.state == ReferralState.RECEIVED
    assert (asked.referral, asked.number, asked.state) == (referral, 1, ReviewState.WAITING)
    assert (asked.author, asked.team, asked.due_at) == (cast.olu, cast.response_team, NOW + timedelta(hours=2))
    run_jobs()
    told = [mail for mail in mailoutbox if "waits for your review" in mail.subject]
    assert [mail.to for mail in told] == [[cast.lin.email]]
    assert "Fictitious" not in told[0].body.replace("(fictitious)", "")


@pytest.mark.parametrize("risk", [RiskLevel.STANDARD, RiskLevel.MEDIUM])
def test_below_high_risk_nobody_is_asked(life, risk):
    life.submitted(risk_level=risk)

    assert not Review.objects.exists()


def test_triage_never_waits_for_the_review(cast, life):
    referral = life.decided(risk_level=RiskLevel.HIGH)
    life.share(referral)

    assert Referral.objects.get(pk=referral.pk).state == ReferralState.SHARED
    assert review(referral, cast.lin).state == ReviewState.APPROVED
    assert Referral.objects.get(pk=referral.pk).state == ReferralState.SHARED


@pytest.mark.parametrize("move", ANSWERS)
def test_a_review_is_recorded_and_the_author_told(cast, life, mailoutbox, move):
    referral = high(life)
    Job.objects.all().delete()

    done = review(referral, cast.lin, move)

    assert (done.state, done.reviewed_by, done.reviewed_at) == (REVIEW_MOVES[move, ReviewState.WAITING], cast.lin, NOW)
    assert "the concern in detail" not in done.points_missed
    assert len(done.points_met) + len(done.points_missed) == 10
    entry = Entry.objects.get(what="referral.reviewed")
    assert (entry.details["state"], entry.details["return_codes"]) == (done.state, done.return_codes)
    run_jobs()
    (mail,) = mailoutbox
    assert mail.to == [cast.olu.email]
    assert NOTE not in mail.body


# Each move with its deed, tried from every state.
@pytest.mark.parametrize("move", ReviewMove)
@pytest.mark.parametrize("state", ReviewState)
def test_a_move_happens_where_the_table_allows_it_and_nowhere_else(cast, life, move, state):
    referral = high(life)
    if state in (ReviewState.RETURNED, ReviewState.RESUBMITTED):
        review(referral, cast.lin, ReviewMove.RETURN)
    elif state != ReviewState.WAITING:
        into = next(move for (move, _), end in REVIEW_MOVES.items() if end == state)
        review(referral, cast.lin, into)
    if state == ReviewState.RESUBMITTED:
        answer(referral, cast.olu)
        # The round that was answered is over; the one after it is what waits.
        referral.reviews.filter(number=2).delete()
    other = UserFactory(agency=cast.police, team=cast.response_team, roles=["LINE_MANAGER"])

    def deed():
        return answer(referral, cast.olu, "More.") if move == ReviewMove.RESUBMIT else review(referral, other, move)

    if (expected := next_review_state(move, state)) is None:
        with pytest.raises((services.CannotReview, services.CannotAnswerReview)):
            deed()
        assert states(referral) == [state]
    else:
        deed()
        assert states(referral)[0] == expected


def test_an_answer_begins_the_next_round_with_the_deadline_of_the_first(cast, life):
    referral = high(life)
    review(referral, cast.lin, ReviewMove.RETURN)

    second = answer(referral, cast.olu)

    assert states(referral) == [ReviewState.RESUBMITTED, ReviewState.WAITING]
    assert (second.number, second.due_at) == (2, NOW + timedelta(hours=2))
    assert review(referral, cast.lin).number == 2
    assert states(referral) == [ReviewState.RESUBMITTED, ReviewState.APPROVED]


def test_two_clicks_are_one_review_and_one_answer(cast, life):
    referral = high(life)

    assert review(referral, cast.lin, ReviewMove.RETURN) == review(referral, cast.lin, ReviewMove.RETURN)
    assert answer(referral, cast.olu) == answer(referral, cast.olu)

    assert states(referral) == [ReviewState.RESUBMITTED, ReviewState.WAITING]


@pytest.mark.parametrize(
    ("move", "wrong"),
    [
        (ReviewMove.RETURN, {"return_codes": []}),
        (ReviewMove.RETURN, {"return_codes": ["BECAUSE"]}),
        (ReviewMove.RETURN, {"note": "Too short."}),
        (ReviewMove.RETURN, {"note": "Short." + " " * 40}),
        (ReviewMove.APPROVE, {"risk_level": RiskLevel.MEDIUM}),
        (ReviewMove.APPROVE, {"risk_level": RiskLevel.MEDIUM, "risk_reason": "The man is in custody."}),
        (ReviewMove.APPROVE, {"risk_level": 9}),
        (ReviewMove.APPROVE, {"types_missing": ["HATE"]}),
        (ReviewMove.APPROVE_WITH_CHANGE, {"types_missing": []}),
        (ReviewMove.APPROVE_WITH_CHANGE, {"types_missing": ["NONSENSE"]}),
        (ReviewMove.RESUBMIT, {}),
    ],
)
def test_a_review_that_does_not_make_sense_is_refused(cast, life, move, wrong):
    referral = high(life)

    with pytest.raises(services.CannotReview):
        services.review_referral(
            referral_id=referral.pk, move=move, by=cast.lin, at=NOW, **(SAFE | ANSWERS.get(move, {}) | wrong)
        )

    assert states(referral) == [ReviewState.WAITING]


def test_another_risk_level_of_what_is_returned_stands_beside_the_ppn_for_its_author_to_change(cast, life):
    referral = high(life)

    done = review(referral, cast.lin, ReviewMove.RETURN, risk_level=2, risk_reason="The man is in custody.")

    assert (done.other_risk_level, done.risk_reason) == (RiskLevel.MEDIUM, "The man is in custody.")
    fresh = Referral.objects.get(pk=referral.pk)
    assert (fresh.risk_level, fresh.due_at) == (RiskLevel.HIGH, referral.due_at)


@pytest.mark.parametrize("who", ["olu", "mina", "sam", "moss", "pat", "out", "ada", "leda"])
def test_only_a_supervisor_of_the_authors_team_reviews(cast, life, who):
    referral = high(life)

    with pytest.raises(services.CannotReview):
        review(referral, getattr(cast, who))


def test_a_supervisor_does_not_review_what_they_wrote(cast):
    User.objects.filter(pk=cast.olu.pk).update(team=cast.response_team)
    own = ReferralFactory(author=cast.lin, risk_level=3)

    assert not permissions.can_review(cast.lin, own)
    with pytest.raises(services.CannotReview):
        review(own, cast.lin)


def test_what_somebody_in_no_team_wrote_is_for_the_supervisors_of_the_hub(cast, life):
    User.objects.filter(pk=cast.olu.pk).update(team=None)
    cast.olu.refresh_from_db()
    referral = high(life)

    assert list(queries.reviews_to_do(cast.sam)) == [Review.objects.get()]
    assert not permissions.can_review(cast.lin, referral)
    assert review(referral, cast.sam).state == ReviewState.APPROVED


def test_only_the_author_answers_and_only_what_was_returned(cast, life):
    referral = high(life)
    with pytest.raises(services.CannotAnswerReview):
        answer(referral, cast.olu)
    review(referral, cast.lin, ReviewMove.RETURN)

    for who, words in ((cast.lin, "Words."), (cast.mina, "Words."), (cast.olu, "  ")):
        with pytest.raises(services.CannotAnswerReview):
            answer(referral, who, words)

    assert states(referral) == [ReviewState.RETURNED]


DONE = {"reviewed_at": NOW, "safeguarding_done": True}


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"number": 1}, "review_numbered_once"),
        ({}, "review_one_is_open_at_a_time"),
        ({"state": "APPROVED", "by": "olu"} | DONE, "review_is_never_by_the_author"),
        ({"state": "APPROVED"}, "review_done_says_who_when"),
        ({"state": "APPROVED", "by": "lin", "reviewed_at": NOW}, "review_done_says_who_when"),
        ({"by": "lin"}, "review_done_says_who_when"),
        ({"state": "APPROVED_WITH_CHANGE", "by": "lin", "other_risk_level": 2} | DONE, "gives_the_reason"),
        ({"state": "APPROVED", "by": "lin", "types_missing": ["HATE"]} | DONE, "changes_nothing"),
        ({"state": "APPROVED_WITH_CHANGE", "by": "lin"} | DONE, "with_a_change_names_it"),
        ({"state": "RETURNED", "by": "lin", "note": NOTE} | DONE, "gives_reasons_and_a_note"),
        ({"state": "RETURNED", "by": "lin", "return_codes": ["OTHER"], "note": "No."} | DONE, "reasons_and_a_note"),
        ({"state": "APPROVED", "by": "lin", "return_codes": ["OTHER"]} | DONE, "reasons_and_a_note"),
        (
            {"state": "RESUBMITTED", "by": "lin", "return_codes": ["OTHER"], "note": NOTE} | DONE,
            "answered_says_what_and_when",
        ),
    ],
)
def test_the_database_refuses_a_review_that_contradicts_itself(cast, life, wrong, name):
    first = high(life).reviews.get()
    row = {"referral": first.referral, "author": cast.olu, "number": 2, "asked_at": NOW, "due_at": NOW} | wrong
    if by := row.pop("by", None):
        row["reviewed_by"] = getattr(cast, by)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Review.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_of_two_supervisors_who_review_at_the_same_moment_one_does_and_the_other_is_told_who():
    cast = make_cast()
    other = UserFactory(agency=cast.police, team=cast.response_team, roles=["LINE_MANAGER"])
    referral = high(Life(cast))
    users = (cast.lin, other)
    moves = (ReviewMove.APPROVE, ReviewMove.RETURN)

    deeds = [partial(review, referral, user, move) for user, move in zip(users, moves, strict=True)]
    answers = at_once(*deeds, refusal=services.CannotReview)

    told = [pair for pair in zip(users, answers, strict=True) if isinstance(pair[1], services.CannotReview)]
    ((loser, words),) = told
    winner = referral.reviews.get().reviewed_by
    assert {winner, loser} == {cast.lin, other}
    assert str(words).startswith(f"{winner} reviewed it already")


def waiting_lines(user):
    return {line.title: line for line in queries.waiting_for(user, at=NOW + timedelta(hours=3)) if line.count}


def test_it_waits_on_the_home_page_of_the_supervisor_and_then_of_the_author(client, cast, life):
    referral = high(life)

    to_do = waiting_lines(cast.lin)["high-risk PPN to review"]
    assert (to_do.count, to_do.is_late) == (1, True)
    assert str(referral) in client.signed_in(cast.lin).get(to_do.url).content.decode()
    review(referral, cast.lin, ReviewMove.RETURN)
    back = waiting_lines(cast.olu)["PPN returned to you"]
    assert (back.count, waiting_lines(cast.lin)) == (1, {})
    assert str(referral) in client.signed_in(cast.olu).get(back.url).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_a_list_does_not_grow(client, cast, life, django_assert_num_queries, rows):
    for _ in range(rows):
        high(life)
    browser = client.signed_in(cast.lin)
    browser.get(reverse("referrals:reviews"))

    with django_assert_num_queries(5):
        assert browser.get(reverse("referrals:reviews")).status_code == 200


def test_the_supervisor_reviews_on_the_page_and_the_author_reads_and_answers_beside_the_ppn(client, cast, life):
    referral = high(life)
    supervisor = client.signed_in(cast.lin)
    asked = supervisor.get(page("review", referral))
    assert asked.context["form"].initial["points_met"] == ["the concern in detail"]

    sent = {
        "safeguarding_done": "yes",
        "risk_level": "3",
        "move": "RETURN",
        "return_codes": ["VOICE_MISSING", "HOUSEHOLD"],
        "note": NOTE,
    }
    supervisor.post(page("review", referral), sent)
    author = type(client)().signed_in(cast.olu)
    seen = author.get(page("detail", referral)).content.decode()
    assert "in the child&#x27;s own words" in seen
    assert "Household or family is missing" in seen
    assert "Answer your supervisor" in seen
    author.post(page("review_answer", referral), {"answer": "She said: stay with me."})

    assert states(referral) == [ReviewState.RESUBMITTED, ReviewState.WAITING]
    assert "She said: stay with me." in supervisor.get(page("review", referral)).content.decode()


def test_what_is_wrong_comes_back_with_everything_typed(client, cast, life):
    referral = high(life)
    sent = {"safeguarding_done": "no", "risk_level": "2", "move": "RETURN", "note": "Too short, sorry"}

    response = client.signed_in(cast.lin).post(page("review", referral), sent)

    text = response.content.decode()
    assert response.status_code == 422
    assert "Too short, sorry" in text
    for words in ("Say why the risk level", "Choose why you return it", "at least 30 characters"):
        assert words in text


def test_the_review_is_shown_to_author_supervisor_and_hub_and_to_no_agency(client, cast, life):
    referral = life.decided(risk_level=RiskLevel.HIGH)
    life.share(referral)
    review(referral, cast.lin, ReviewMove.RETURN)

    def seen(user):
        return "Supervisor's review" in type(client)().signed_in(user).get(page("detail", referral)).content.decode()

    assert [seen(user) for user in (cast.olu, cast.lin, cast.mina, cast.pat)] == [True, True, True, False]


def test_a_look_by_the_supervisor_is_recorded(client, cast, life):
    client.signed_in(cast.lin).get(page("review", high(life)))

    assert Entry.objects.filter(what="referral.read", actor_id=str(cast.lin.pk)).count() == 1


def told_by_mail(mailoutbox, words):
    return sorted(address for mail in mailoutbox if words in mail.subject for address in mail.to)


@pytest.mark.parametrize("why", ["nobody has the role", "they left", "they wrote it themselves"])
def test_a_team_in_which_nobody_else_reviews_has_the_supervisors_of_the_hub(cast, life, mailoutbox, why):
    if why == "nobody has the role":
        cast.lin.role_grants.all().delete()
    elif why == "they left":
        User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    else:
        cast.lin.role_grants.all().delete()
        RoleGrant.objects.create(user=cast.olu, role="LINE_MANAGER", starts_on=date(2020, 1, 1))
    referral = high(life)

    assert list(queries.reviews_to_do(cast.sam)) == [Review.objects.get()]
    run_jobs()
    assert told_by_mail(mailoutbox, "waits for your review") == [cast.sam.email]
    assert review(referral, cast.sam).state == ReviewState.APPROVED


def test_while_the_team_has_a_supervisor_the_hub_does_not_review_it(cast, life):
    high(life)

    assert list(queries.reviews_to_do(cast.sam)) == []


def test_a_review_that_becomes_late_is_noted_once_and_the_next_level_is_told_and_may_do_it(cast, life, mailoutbox):
    referral = high(life)
    due_at = NOW + timedelta(hours=2)
    assert note_late_reviews(at=due_at) == 0
    Job.objects.all().delete()

    assert [note_late_reviews(at=due_at + timedelta(minutes=minutes)) for minutes in (1, 2)] == [1, 0]

    late = referral.reviews.get()
    assert late.became_late_at == due_at + timedelta(minutes=1)
    assert Entry.objects.filter(what="referral.review_became_late").count() == 1
    run_jobs()
    assert told_by_mail(mailoutbox, "is late") == [cast.sam.email]
    assert [list(queries.reviews_to_do(user)) for user in (cast.lin, cast.sam)] == [[late], [late]]
    assert review(referral, cast.sam).state == ReviewState.APPROVED


def test_a_review_that_was_done_is_never_late(cast, life):
    review(high(life), cast.lin)

    mark_late_reviews()

    assert Review.objects.get().became_late_at is None


def amend(referral, by, at=NOW, **answers):
    version = Referral.objects.get(pk=referral.pk).version
    services.amend_section(
        referral_id=referral.pk, version=version, answers=answers, reason="She told us.", by=by, at=at
    )
    return referral.amendments.latest("number")


def test_an_answer_names_the_change_that_was_made_for_it(client, cast, life):
    referral = high(life)
    before = amend(referral, cast.olu, needs="A bed.", at=NOW - timedelta(minutes=1))
    review(referral, cast.lin, ReviewMove.RETURN)
    author = client.signed_in(cast.olu)
    assert "amend it</a> first" in author.get(page("review_answer", referral)).content.decode()
    made = amend(referral, cast.olu, voice="“Stay with me.”")

    asked = author.get(page("review_answer", referral)).context["form"]["amendment_id"]
    assert [value for value, _ in asked.field.choices] == [str(made.pk), ""]
    wrong = {"answer": "I asked again.", "amendment_id": str(before.pk)}
    assert author.post(page("review_answer", referral), wrong).status_code == 422
    with pytest.raises(services.CannotAnswerReview):
        services.answer_review(referral_id=referral.pk, answer="I asked.", amendment_id=before.pk, by=cast.olu, at=NOW)
    author.post(page("review_answer", referral), wrong | {"amendment_id": str(made.pk)})

    assert referral.reviews.get(number=1).amendment == made
    shown = type(client)().signed_in(cast.lin).get(page("review", referral)).content.decode()
    assert f'href="{page("versions", referral)}">version 3</a>' in shown


def test_the_database_refuses_a_change_without_an_answer_and_a_late_note_before_the_deadline(cast, life):
    referral = high(life)
    made = amend(referral, cast.olu, needs="A bed.")
    waiting = referral.reviews.filter(number=1)

    for wrong, name in (
        ({"amendment": made}, "review_names_a_change_only_in_answer"),
        ({"became_late_at": NOW}, "review_is_noted_as_late_after_it_was_due"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            waiting.update(**wrong)
