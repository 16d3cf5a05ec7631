"""Amending what was submitted: a new version with its reason, every version kept, and what differs between them."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import permissions, queries, services
from referrals.enums import MOVES, OPEN_AT_HUB, RELATION_TO, ConcernType, Level, Move, Pathway, ReferralState, RiskLevel
from referrals.forms import differences
from referrals.forms.versions import pieces
from referrals.models import Amendment, Person, Referral
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import NOW, make_cast
from tests.races import at_once
from tests.reading import markup_of
from tests.referrals.conftest import CONCERN, REASONS, Life

WHY = "The neighbour rang again with the right flat."


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def amend(referral, by, *, reason=WHY, version=None, concern=None, at=NOW, **answers):
    return services.amend_section(
        referral_id=referral.pk,
        version=version or fresh(referral).version,
        answers=answers,
        concern=concern,
        reason=reason,
        by=by,
        at=at,
    )


def changes(referral):
    """What each version changed: label and text before and after, the first version left out."""
    versions = queries.versions_of(fresh(referral))
    return [
        [
            (
                one.label,
                "".join(piece.text for piece in one.pieces if not piece.is_added),
                "".join(piece.text for piece in one.pieces if not piece.is_removed),
            )
            for one in differences(before.referral, after.referral)
        ]
        for before, after in zip(versions, versions[1:], strict=False)
    ]


def test_an_amendment_keeps_the_version_before_it_and_says_who_when_and_why(cast, life):
    sent = life.submitted()

    amend(sent, cast.olu, concern=None, needs="A warm room.", at=NOW + timedelta(hours=1))

    (kept,) = Amendment.objects.all()
    assert (kept.number, kept.amended_by, kept.amended_at, kept.reason) == (
        2,
        cast.olu,
        NOW + timedelta(hours=1),
        WHY,
    )
    assert queries.version_of(sent) == 2
    assert fresh(sent).ppn.needs == "A warm room."
    entry = Entry.objects.get(what="referral.amended")
    assert (entry.actor_id, entry.details) == (str(cast.olu.pk), {"version": 2, "fields": ["needs"]})


def test_every_version_stands_as_it_was_and_the_first_is_what_was_submitted(cast, life):
    sent = life.submitted()
    for number, needs in enumerate(("A warm room.", "A warm room and food.", "Food."), start=2):
        amend(sent, cast.olu, needs=needs)
        assert queries.version_of(sent) == number

    versions = queries.versions_of(fresh(sent))

    assert [(one.number, one.referral.ppn.needs, one.is_newest) for one in versions] == [
        (1, "", False),
        (2, "A warm room.", False),
        (3, "A warm room and food.", False),
        (4, "Food.", True),
    ]
    assert {one.referral.ppn.concern for one in versions} == {CONCERN}
    assert changes(sent)[0] == [("What does this person need?", "", "A warm room.")]


def test_answers_of_a_type_people_and_what_they_are_to_each_other_are_kept_too(cast, life):
    sent = life.submitted()
    child = sent.people.get()
    amend(sent, cast.olu, concern=ConcernType.CHILD, presentation="Cold and quiet.")
    services.amend_person(
        referral_id=sent.pk,
        person_id=None,
        version=fresh(sent).version,
        answers={"role": "PARENT_CARER", "given_names": "Dora", f"{RELATION_TO}{child.pk}": "PARENT"},
        reason="She came later.",
        by=cast.olu,
        at=NOW,
    )
    services.amend_person(
        referral_id=sent.pk,
        person_id=child.pk,
        version=fresh(sent).version,
        answers={"religion": "None"},
        reason="She told us.",
        by=cast.olu,
        at=NOW,
    )

    first, added, religion = changes(sent)

    assert first == [("How did the child look and behave?", "", "Cold and quiet.")]
    assert ("Name", "", "Dora") in added
    assert ("Relationships", "", "Parent of Fictitious") in added
    assert religion == [("Religion or belief", "", "None")]


def test_a_type_that_is_ticked_or_unticked_later_shows_with_its_answers(cast, life):
    sent = life.submitted()
    amend(sent, cast.olu, concern=ConcernType.CHILD, presentation="Cold and quiet.")
    amend(sent, cast.olu, types=["HATE"])

    ((_, before, after), *rest) = changes(sent)[1]

    assert (before, after) == ("Child", "Hate")
    assert ("How did the child look and behave?", "Cold and quiet.", "") in rest


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("olu", True), ("lin", True), ("mina", False), ("sam", False), ("pat", False), ("out", False), ("leda", False)],
)
def test_the_writer_and_who_supervises_the_team_amend_it_and_nobody_else(cast, life, who, allowed):
    sent, user = life.submitted(), getattr(cast, who)

    assert permissions.can_amend(user, sent) is allowed
    if allowed:
        assert amend(sent, user, needs="A warm room.").version == sent.version + 1
    else:
        with pytest.raises(services.CannotAmend):
            amend(sent, user, needs="A warm room.")
        assert not Amendment.objects.exists()


def test_it_is_amended_in_every_open_state_and_keeps_that_state_until_it_is_closed(cast, life):
    share = life.shared()
    referral = fresh(share.referral)
    for state in (ReferralState.SHARED, ReferralState.ANSWERED):
        assert referral.state == state
        assert amend(referral, cast.olu, needs=f"As of {state}").state == state
        if state == ReferralState.SHARED:
            services.answer_share(
                share_id=share.pk, answer_state="ACCEPTED", rejection_reason="", words="", by=cast.pat, at=NOW
            )
            referral = fresh(referral)
    services.close_referral(referral_id=referral.pk, by=cast.mina, at=NOW)

    with pytest.raises(services.CannotAmend, match="not closed"):
        amend(referral, cast.olu, needs="Too late")
    with pytest.raises(services.CannotAmend):
        amend(life.draft(), cast.olu, needs="A draft")


def test_the_table_of_moves_lets_what_is_open_at_the_hub_be_amended_and_nothing_else():
    assert {state for move, state in MOVES if move == Move.AMEND} == set(OPEN_AT_HUB)
    assert all(MOVES[Move.AMEND, state] == state for state in OPEN_AT_HUB)


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_is_amended(cast, life, reason):
    sent = life.submitted()

    with pytest.raises(services.CannotAmend, match="Say why"):
        amend(sent, cast.olu, reason=reason, needs="A warm room.")

    assert fresh(sent).ppn.needs == ""


def test_the_same_answers_again_make_no_version(cast, life):
    sent = life.submitted()
    amend(sent, cast.olu, needs="A warm room.")

    amend(sent, cast.olu, needs="A warm room.")

    assert queries.version_of(sent) == 2
    assert Job.objects.filter(task__endswith="email_about_amendment").count() == 1


@pytest.mark.parametrize(
    "answers",
    [{"types": []}, {"concern": " "}, {"risk_level": None}, {"lawful_basis": ""}],
    ids=lambda given: next(iter(given)),
)
def test_what_a_referral_cannot_be_sent_without_cannot_be_taken_out_of_it(cast, life, answers):
    sent = life.submitted()

    with pytest.raises(services.CannotAmend, match="cannot stand without"):
        services.amend_section(
            referral_id=sent.pk, version=sent.version, answers=answers, reason=WHY, by=cast.olu, at=NOW
        )

    assert not Amendment.objects.exists()
    assert fresh(sent).ppn.concern == sent.ppn.concern


def test_two_people_who_amend_the_same_answer_lose_nothing(client, cast, life):
    sent = life.submitted(needs="A bed.")
    amend(sent, cast.lin, needs="A bed and a lamp.")
    address = reverse("referrals:amend_section", args=[sent.pk, "needs-and-harm"])

    page = client.signed_in(cast.olu).post(
        address, {"version": sent.version, "needs": "A bed and food.", "reason": WHY}
    )

    assert page.status_code == 409
    assert "A bed and food." in markup_of(page)
    assert WHY in markup_of(page)
    assert fresh(sent).ppn.needs == "A bed and a lamp."


def test_a_risk_that_is_raised_brings_the_deadline_forward_and_one_that_is_lowered_does_not(cast, life):
    sent = life.submitted(risk_level=RiskLevel.STANDARD)
    raised = amend(sent, cast.olu, risk_level=RiskLevel.HIGH)
    lowered = amend(sent, cast.olu, risk_level=RiskLevel.STANDARD)

    assert raised.due_at < sent.due_at
    assert lowered.due_at == raised.due_at
    assert sent.reviews.count() == 1


def test_whoever_it_is_assigned_to_and_its_writer_are_told_and_nobody_who_amended_it(cast, life, mailoutbox):
    sent = life.submitted()
    Referral.objects.filter(pk=sent.pk).update(assigned_to=cast.mina)
    amend(sent, cast.lin, needs="A warm room at 12 Imaginary Row.")

    jobs.run(job_id=Job.objects.get(task__endswith="email_about_amendment").pk, at=timezone.now())

    amended = [mail for mail in mailoutbox if "amended" in mail.subject]
    assert sorted(mail.to for mail in amended) == sorted([address] for address in (cast.mina.email, cast.olu.email))
    for mail in amended:
        assert "Imaginary" not in mail.subject + mail.body
        assert sent.reference in mail.subject


@pytest.mark.django_db(transaction=True)
def test_two_amendments_at_the_same_moment_are_two_versions():
    cast = make_cast()
    sent = Life(cast).submitted()
    click = partial(amend, sent, cast.olu, version=sent.version)

    at_once(*[partial(click, **{name: "Written at the same moment."}) for name in ("needs", "harm")])

    assert sorted(Amendment.objects.values_list("number", flat=True)) == [2, 3]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"number": 1}, "amendment_comes_after_the_first_version"),
        ({"reason": ""}, "amendment_says_why"),
        ({"number": 2}, "amendment_numbered_once"),
    ],
)
def test_the_database_refuses_an_amendment_without_number_reason_or_place(cast, row, name):
    referral = ReferralFactory()
    values = {"number": 3, "before": {}, "reason": WHY, "amended_at": NOW, "amended_by": cast.olu}
    Amendment.objects.create(referral=referral, **(values | {"number": 2}))

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Amendment.objects.create(referral=referral, **(values | row))


def test_the_pages_lead_from_the_referral_to_the_part_and_to_what_changed(client, cast, life):
    sent = life.submitted(needs="A warm room tonight.")
    browser = client.signed_in(cast.olu)

    assert reverse("referrals:amend", args=[sent.pk]) in markup_of(browser.get(sent.get_absolute_url()))
    assert "The child" in markup_of(browser.get(reverse("referrals:amend", args=[sent.pk])))
    address = reverse("referrals:amend_section", args=[sent.pk, "needs-and-harm"])
    initial = browser.get(address).context["form"].initial
    assert initial["needs"] == "A warm room tonight."
    without = browser.post(address, {"version": initial["version"], "needs": "A warm bed tonight."})
    assert (without.status_code, "A warm bed tonight." in markup_of(without)) == (422, True)
    saved = browser.post(address, {"version": initial["version"], "needs": "A warm bed tonight.", "reason": WHY})

    page = markup_of(browser.get(saved.url))
    assert saved.url == reverse("referrals:versions", args=[sent.pk])
    assert "Taken out: </span>room " in page
    assert "Put in: </span>bed " in page
    assert WHY in page
    assert "This is version 2" in markup_of(client.signed_in(cast.mina).get(sent.get_absolute_url()))


def test_somebody_who_was_left_out_is_added_once_by_two_clicks(client, cast, life):
    sent = life.submitted()
    browser = client.signed_in(cast.olu)
    address = reverse("referrals:amend_add_person", args=[sent.pk])
    key = browser.get(address).context["form"]["key"].value()
    typed = {"role": "SIBLING", "given_names": "Ben", "key": key, "version": sent.version, "reason": WHY}

    assert [browser.post(address, typed).status_code for _ in range(2)] == [302, 302]

    assert list(sent.people.values_list("given_names", flat=True).order_by("position")) == ["Fictitious", "Ben"]
    ben = Person.objects.get(given_names="Ben")
    change = reverse("referrals:amend_person", args=[sent.pk, ben.pk])
    form = browser.get(change).context["form"]
    given = {"role": "SIBLING", "given_names": "Benedict", "version": form.initial["version"], "reason": WHY}
    assert browser.post(change, given).status_code == 302
    assert "Benedict" in markup_of(browser.get(reverse("referrals:versions", args=[sent.pk])))


def test_who_reads_the_versions_is_recorded_and_a_receiving_agency_does_not(client, cast, life):
    share = life.shared()
    address = reverse("referrals:versions", args=[share.referral_id])

    assert client.signed_in(cast.pat).get(address).status_code == 403
    assert client.signed_in(cast.mina).get(address).status_code == 200
    assert Entry.objects.get(what="referral.versions_read").actor_id == str(cast.mina.pk)


def test_a_decision_stays_when_the_referral_is_amended(cast, life):
    decided = life.decided()

    amend(decided, cast.olu, needs="A warm room.")

    decision = decided.decisions.get(is_current=True)
    assert (decision.level, decision.pathway, decision.rationale) == (
        Level.SOCIAL_CARE,
        Pathway.SECTION_17,
        REASONS.strip(),
    )


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_the_pieces_put_together_are_the_two_texts(before, after):
    found = pieces(before, after)

    assert "".join(piece.text for piece in found if not piece.is_added) == before
    assert "".join(piece.text for piece in found if not piece.is_removed) == after


def test_a_key_that_was_used_by_somebody_elses_person_adds_a_new_one(cast, life):
    sent, other = life.submitted(), life.submitted()
    taken = other.people.get().pk

    services.amend_person(
        referral_id=sent.pk,
        person_id=None,
        version=sent.version,
        answers={"role": "SIBLING"},
        reason=WHY,
        by=cast.olu,
        at=NOW,
        key=taken,
    )

    assert sent.people.count() == 2
    assert uuid.UUID(str(taken)) not in set(sent.people.values_list("pk", flat=True))


def test_an_agency_goes_on_reading_what_it_was_given_and_is_told_that_there_is_a_newer_version(client, cast, life):
    share = life.shared(needs="A warm room.")
    referral = fresh(share.referral)
    browser = client.signed_in(cast.pat)
    assert "was amended after this was given" not in markup_of(browser.get(referral.get_absolute_url()))

    amend(referral, cast.olu, needs="A warm room and a lamp.")

    page = markup_of(browser.get(referral.get_absolute_url()))
    assert "A warm room." in page
    assert "and a lamp" not in page
    assert "was amended after this was given" in page


def remove(referral, person, by, version=None):
    return services.amend_remove_person(
        referral_id=referral.pk,
        person_id=person.pk,
        version=version or fresh(referral).version,
        reason="The wrong Ben: he lives elsewhere.",
        by=by,
        at=NOW,
    )


def with_brother(cast, life):
    sent = life.submitted()
    services.amend_person(
        referral_id=sent.pk,
        person_id=None,
        version=sent.version,
        answers={"role": "SIBLING", "given_names": "Ben"},
        reason=WHY,
        by=cast.olu,
        at=NOW,
    )
    return sent, sent.people.get(given_names="Ben")


def test_somebody_who_does_not_belong_there_is_taken_out_and_the_version_before_keeps_them(cast, life):
    sent, ben = with_brother(cast, life)

    remove(sent, ben, cast.olu)
    remove(sent, ben, cast.olu)

    assert [person.given_names for person in sent.people.all()] == ["Fictitious"]
    versions = queries.versions_of(fresh(sent))
    assert [one.number for one in versions] == [1, 2, 3]
    assert ben.pk in {person.pk for person in versions[1].referral.people.all()}
    assert ("Name", "Ben", "") in changes(sent)[1]
    assert versions[2].reason == "The wrong Ben: he lives elsewhere."


def test_the_only_person_it_is_about_is_not_taken_out(cast, life):
    sent = life.submitted()

    with pytest.raises(services.CannotAmend, match="cannot stand without"):
        remove(sent, sent.people.get(), cast.olu)

    assert sent.people.count() == 1


def test_somebody_of_whom_the_hub_has_said_who_they_are_stays(cast, life):
    (sent, ben), other = with_brother(cast, life), life.submitted()
    services.answer_match(person_id=ben.pk, other_id=other.people.get().pk, answer="SAME", by=cast.mina, at=NOW)

    with pytest.raises(services.CannotAmend, match="Ask the hub"):
        remove(sent, ben, cast.olu)

    assert fresh(sent).version == fresh(sent).version
    assert sent.people.filter(pk=ben.pk).exists()


def test_a_page_that_was_opened_before_the_newest_version_takes_nobody_out(client, cast, life):
    sent, ben = with_brother(cast, life)
    address = reverse("referrals:amend_remove_person", args=[sent.pk, ben.pk])
    browser = client.signed_in(cast.olu)
    opened = browser.get(address).context["version"]
    amend(sent, cast.lin, needs="A warm room.")

    stale = browser.post(address, {"version": opened, "reason": "The wrong Ben."})
    without = browser.post(address, {"version": fresh(sent).version, "reason": " "})
    done = browser.post(address, {"version": fresh(sent).version, "reason": "The wrong Ben."})

    assert (stale.status_code, without.status_code, done.status_code) == (409, 422, 302)
    assert "The wrong Ben." in markup_of(stale)
    assert not sent.people.filter(pk=ben.pk).exists()


def test_every_page_of_an_amendment_that_is_opened_is_recorded(client, cast, life):
    sent = life.submitted()
    browser, person = client.signed_in(cast.lin), sent.people.get()
    for address in (
        reverse("referrals:amend", args=[sent.pk]),
        reverse("referrals:amend_section", args=[sent.pk, "concern"]),
        reverse("referrals:amend_person", args=[sent.pk, person.pk]),
        reverse("referrals:amend_add_person", args=[sent.pk]),
        reverse("referrals:amend_remove_person", args=[sent.pk, person.pk]),
    ):
        before = Entry.objects.filter(what="referral.read", actor_id=str(cast.lin.pk)).count()
        assert browser.get(address).status_code == 200
        assert Entry.objects.filter(what="referral.read", actor_id=str(cast.lin.pk)).count() == before + 1


def test_a_relationship_that_somebody_else_changed_meanwhile_is_not_overwritten(cast, life):
    sent, ben = with_brother(cast, life)
    relation = f"{RELATION_TO}{sent.people.get(given_names='Fictitious').pk}"

    def relate(kind, version):
        services.amend_person(
            referral_id=sent.pk,
            person_id=ben.pk,
            version=version,
            answers={relation: kind},
            reason=WHY,
            by=cast.olu,
            at=NOW,
        )

    relate("SIBLING", fresh(sent).version)
    opened = fresh(sent).version
    relate("RELATIVE", opened)

    with pytest.raises(services.StaleDraft):
        relate("FRIEND", opened)


@pytest.mark.parametrize("typed", ["99000000001", " 9900 0000001 "])
def test_an_occurrence_number_that_is_amended_is_known_and_linked_however_it_is_typed(cast, life, typed):
    incident = IncidentFactory(force=cast.police, number="99000000001")
    sent = life.submitted(occurrence_number="99000000009")
    assert sent.incident is None

    amend(sent, cast.olu, occurrence_number=typed)
    assert (fresh(sent).occurrence_number, fresh(sent).incident) == ("99000000001", incident)

    amend(sent, cast.olu, occurrence_number="")
    assert fresh(sent).incident is None


def test_a_child_who_is_added_to_domestic_abuse_has_a_school_to_be_told(cast, life):
    sent = life.submitted(types=["DOMESTIC_ABUSE"])

    services.amend_person(
        referral_id=sent.pk,
        person_id=None,
        version=sent.version,
        answers={"role": "SIBLING", "given_names": "Ben", "estimated_age": 7},
        reason=WHY,
        by=cast.olu,
        at=NOW,
    )

    assert sent.encompass_notices.filter(child__given_names="Ben").count() == 1


def test_what_nobody_has_and_is_amended_is_told_to_the_hub_and_marked_in_its_queue(client, cast, life, mailoutbox):
    plain, sent = life.submitted(), life.submitted()
    amend(sent, cast.olu, needs="A warm room.")

    jobs.run(job_id=Job.objects.get(task__endswith="email_about_amendment").pk, at=timezone.now())

    amended = [mail for mail in mailoutbox if "amended" in mail.subject]
    assert sorted(mail.to for mail in amended) == sorted([address] for address in (cast.mina.email, cast.sam.email))
    rows = client.signed_in(cast.mina).get(reverse("referrals:queue"), {"all": "on"}).context["page"]
    assert {referral: referral.is_amended for referral in rows} == {plain: False, sent: True}


@pytest.mark.parametrize("name", ["incident_at", "reported_at"])
def test_what_a_submission_told_of_cannot_come_after_it(cast, life, name):
    sent = life.submitted()
    later = sent.submitted_at + timedelta(hours=1)

    with pytest.raises(services.CannotAmend, match="after this was sent"):
        amend(sent, cast.olu, at=sent.submitted_at + timedelta(days=1), **{name: later})

    assert getattr(fresh(sent).ppn, name) is None or getattr(fresh(sent).ppn, name) <= sent.submitted_at


def test_the_page_says_beside_the_field_that_it_was_reported_after_it_was_sent(client, cast, life):
    sent = life.submitted()
    later = timezone.localtime(sent.submitted_at + timedelta(hours=1))
    client.force_login(cast.olu)

    response = client.post(
        reverse("referrals:amend_section", args=[sent.pk, "incident"]),
        {
            "version": fresh(sent).version,
            "types": sent.types,
            "reported_at_0": later.day,
            "reported_at_1": later.month,
            "reported_at_2": later.year,
            "reported_at_3": f"{later:%H:%M}",
            "reason": WHY,
        },
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {"reported_at": ["It cannot have been reported after this was sent."]}
