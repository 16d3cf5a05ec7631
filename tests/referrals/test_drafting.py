"""Writing a draft on one device or several."""

import uuid
from datetime import timedelta

import pytest

from audit.models import Entry
from referrals import services
from referrals.enums import FormKind, PersonRole, ReferralState, RiskLevel
from referrals.models import Person, Referral
from tests.people import NOW


def save(draft, by, version=None, **answers):
    return services.save_section(referral_id=draft.pk, version=version or draft.version, answers=answers, by=by, at=NOW)


def test_a_draft_belongs_to_its_writer_agency_team_and_district(cast):
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)

    assert (draft.author, draft.agency, draft.team, draft.district) == (
        cast.olu,
        cast.police,
        cast.response_team,
        cast.district,
    )
    assert (draft.state, draft.reference, draft.risk_level, draft.ppn.concern) == (ReferralState.DRAFT, "", None, "")
    assert list(Entry.objects.values_list("what", "object_id")) == [("referral.begun", str(draft.pk))]


def test_a_cpi_form_starts_with_the_standard_risk_because_it_is_never_urgent(cast):
    draft = services.begin_draft(kind=FormKind.CPI, by=cast.pat, at=NOW)

    assert (draft.risk_level, draft.cpi.topics) == (RiskLevel.STANDARD, [])


@pytest.mark.parametrize(("who", "kind"), [("pat", FormKind.PPN), ("olu", FormKind.CPI), ("ada", FormKind.PPN)])
def test_nobody_begins_a_form_that_is_not_theirs_to_write(cast, who, kind):
    with pytest.raises(services.CannotBegin):
        services.begin_draft(kind=kind, by=getattr(cast, who), at=NOW)

    assert not Referral.objects.exists()


def test_a_save_keeps_the_answers_wherever_they_are_stored_and_counts(cast):
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)

    saved = save(draft, cast.olu, risk_level=RiskLevel.HIGH, risk_rationale="Because.")

    stored = Referral.objects.get(pk=draft.pk)
    assert (stored.risk_level, stored.ppn.risk_rationale) == (RiskLevel.HIGH, "Because.")
    assert stored.version == saved.version == 2
    entry = Entry.objects.get(what="referral.saved")
    assert entry.details == {"fields": ["risk_level", "risk_rationale"]}


def test_the_same_answers_again_change_nothing(cast, life):
    draft = life.draft()
    entries = Entry.objects.count()

    again = save(draft, cast.olu, version=1, concern=draft.ppn.concern)

    assert again.version == draft.version
    assert Entry.objects.count() == entries


def test_a_stale_save_carries_both_texts_and_stores_neither_over_the_other(cast, life):
    draft = life.draft()
    save(draft, cast.olu, concern="From the laptop", subject_seen="ALONE")

    with pytest.raises(services.StaleDraft) as stale:
        save(draft, cast.olu, concern="From the phone", subject_seen="ALONE")

    stored = Referral.objects.get(pk=draft.pk)
    assert stale.value.mine == {"concern": "From the phone"}
    assert stale.value.theirs == {"concern": "From the laptop"}
    assert stale.value.version == stored.version
    assert stored.ppn.concern == "From the laptop"


def test_a_stale_save_of_another_page_that_was_empty_is_no_conflict(cast, life):
    draft = life.draft()
    save(draft, cast.olu, concern="From the laptop")

    save(draft, cast.olu, needs="From the phone")

    stored = Referral.objects.get(pk=draft.pk)
    assert (stored.ppn.concern, stored.ppn.needs) == ("From the laptop", "From the phone")


def test_only_the_writer_saves_and_only_while_it_is_a_draft(cast, life):
    draft, sent = life.draft(), life.submitted()

    with pytest.raises(services.CannotSave):
        save(draft, cast.mina, concern="Not mine")
    with pytest.raises(services.CannotSave):
        save(sent, cast.olu, concern="Too late")


@pytest.mark.parametrize(
    "answers",
    [
        {"incident_at": NOW + timedelta(hours=1)},
        {"incident_at": NOW - timedelta(hours=1), "reported_at": NOW - timedelta(hours=2)},
    ],
)
def test_nothing_is_reported_before_it_happened_or_in_the_future(cast, life, answers):
    with pytest.raises(services.CannotSave):
        save(life.draft(), cast.olu, **answers)


def test_information_is_not_learned_before_it_happened(cast):
    draft = services.begin_draft(kind=FormKind.CPI, by=cast.pat, at=NOW)
    yesterday = NOW.date() - timedelta(days=1)

    with pytest.raises(services.CannotSave):
        save(draft, cast.pat, event_on=NOW.date(), learned_on=yesterday)


def test_a_field_that_the_form_does_not_have_is_a_mistake_of_the_caller(cast, life):
    with pytest.raises(ValueError, match="reference"):
        save(life.draft(), cast.olu, reference="PPN-2026-22222")


def test_people_are_added_in_order_changed_and_removed(cast, life):
    draft = life.draft()
    first, second = (
        services.add_person(referral_id=draft.pk, answers={"role": role}, by=cast.olu, at=NOW)
        for role in (PersonRole.SUBJECT, PersonRole.SIBLING)
    )
    assert [person.position for person in (first, second)] == [1, 2]

    services.change_person(
        referral_id=draft.pk,
        person_id=second.pk,
        version=draft.version,
        answers={"role": PersonRole.PARTNER},
        by=cast.olu,
        at=NOW,
    )
    services.remove_person(referral_id=draft.pk, person_id=first.pk, version=draft.version, by=cast.olu, at=NOW)

    assert list(Person.objects.values_list("pk", "role")) == [(second.pk, PersonRole.PARTNER)]
    assert list(
        Entry.objects.filter(what__startswith="referral.person").values_list("what", flat=True).order_by("pk")
    ) == [
        "referral.person_added",
        "referral.person_added",
        "referral.person_changed",
        "referral.person_removed",
    ]


def test_a_stale_change_of_a_person_carries_both(cast, life):
    draft = life.ready()
    person = Person.objects.get()

    def rename(name):
        services.change_person(
            referral_id=draft.pk,
            person_id=person.pk,
            version=draft.version,
            answers={"given_names": name},
            by=cast.olu,
            at=NOW,
        )

    rename("From the laptop")
    with pytest.raises(services.StaleDraft) as stale:
        rename("From the phone")

    assert (stale.value.mine, stale.value.theirs) == (
        {"given_names": "From the phone"},
        {"given_names": "From the laptop"},
    )


def test_a_person_of_another_draft_cannot_be_reached_through_ones_own(cast, life):
    mine, other = life.draft(), life.ready()
    person = other.people.get()

    with pytest.raises(services.CannotSave):
        services.remove_person(referral_id=mine.pk, person_id=person.pk, version=mine.version, by=cast.olu, at=NOW)

    assert Person.objects.filter(pk=person.pk).exists()


def test_nobody_is_born_in_the_future(cast, life):
    with pytest.raises(services.CannotSave):
        services.add_person(
            referral_id=life.draft().pk,
            answers={"role": PersonRole.SUBJECT, "date_of_birth": NOW.date() + timedelta(days=1)},
            by=cast.olu,
            at=NOW,
        )


def test_a_draft_is_discarded_by_its_writer_only_and_a_sent_one_never(cast, life):
    draft, sent = life.draft(), life.submitted()

    for referral, user in ((draft, cast.mina), (sent, cast.olu)):
        with pytest.raises(services.CannotDiscard):
            services.discard_draft(referral_id=referral.pk, by=user, at=NOW)
    services.discard_draft(referral_id=draft.pk, by=cast.olu, at=NOW)

    draft.refresh_from_db()
    assert draft.state == ReferralState.DISCARDED


def keep(draft, by, version, page=None, concern=None, **answers):
    return services.save_section(
        referral_id=draft.pk, version=version, answers=answers, concern=concern, page=page, by=by, at=NOW
    )


def rewrite(draft, person, by, version, page=None, **answers):
    return services.change_person(
        referral_id=draft.pk, person_id=person.pk, version=version, answers=answers, page=page, by=by, at=NOW
    )


def test_two_tabs_on_different_pages_of_one_draft_do_not_conflict(cast, life):
    draft = life.draft(needs="A bed.", risk_rationale="Because.")
    opened, one, other = draft.version, uuid.uuid4(), uuid.uuid4()

    keep(draft, cast.olu, opened, one, needs="A bed and a lock.")
    keep(draft, cast.olu, opened, other, risk_rationale="Because of the cold.")
    keep(draft, cast.olu, opened, one, needs="A bed, a lock and a lamp.")

    stored = Referral.objects.get(pk=draft.pk).ppn
    assert (stored.needs, stored.risk_rationale) == ("A bed, a lock and a lamp.", "Because of the cold.")


def test_two_tabs_on_the_same_page_conflict_whatever_was_saved_elsewhere_in_between(cast, life):
    draft = life.draft(needs="A bed.", risk_rationale="Because.")
    opened, one, other, third = draft.version, uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    keep(draft, cast.olu, opened, one, needs="A bed and a lock.")
    keep(draft, cast.olu, opened, third, risk_rationale="Because of the cold.")

    with pytest.raises(services.StaleDraft) as stale:
        keep(draft, cast.olu, opened, other, needs="A bed and a lamp.")

    assert stale.value.theirs == {"needs": "A bed and a lock."}


def test_a_page_that_saved_last_does_not_overwrite_what_another_saved_before_it(cast, life):
    draft = life.draft(needs="A bed.", harm="Cold.")
    opened, one, other = draft.version, uuid.uuid4(), uuid.uuid4()
    keep(draft, cast.olu, opened, other, needs="A bed and a lock.")
    keep(draft, cast.olu, opened, one, harm="Cold and hunger.")

    with pytest.raises(services.StaleDraft):
        keep(draft, cast.olu, opened, one, needs="Nothing.")


def test_the_same_question_of_two_types_or_people_is_not_one_place(cast, life):
    draft = life.ready(types=["STALKING_HARASSMENT", "HATE"])
    first = draft.people.get()
    second = services.add_person(
        referral_id=draft.pk, answers={"role": "SIBLING", "religion": "None"}, by=cast.olu, at=NOW
    )
    keep(draft, cast.olu, draft.version, concern="HATE", is_repeated=True)
    keep(draft, cast.olu, draft.version + 1, concern="STALKING_HARASSMENT", is_repeated=False)
    opened = Referral.objects.get(pk=draft.pk).version
    rewrite(draft, first, cast.olu, opened, religion="Other")

    keep(draft, cast.olu, opened, concern="HATE", is_repeated=False)
    rewrite(draft, second, cast.olu, opened, religion="Not said")
    with pytest.raises(services.StaleDraft):
        rewrite(draft, first, cast.olu, opened, religion="None")


def test_what_an_older_release_saved_meanwhile_is_not_overwritten_either(cast, life):
    draft = life.draft(needs="A bed.")
    # The release before this one counts the save and notes nothing more.
    Referral.objects.filter(pk=draft.pk).update(version=draft.version + 1)

    with pytest.raises(services.StaleDraft):
        keep(draft, cast.olu, draft.version, needs="A lamp.")
    keep(draft, cast.olu, draft.version + 1, needs="A lamp.")


def test_who_saved_what_is_forgotten_once_it_is_sent(life):
    assert Referral.objects.get(pk=life.draft().pk).saves
    assert Referral.objects.get(pk=life.submitted().pk).saves == {}


def test_the_page_that_added_somebody_does_not_change_them_again_after_another_did(cast, life):
    draft = life.draft()
    key, page, opened = uuid.uuid4(), uuid.uuid4(), draft.version

    def add(name):
        answers = {"role": PersonRole.SUBJECT, "given_names": name}
        return services.add_person(
            referral_id=draft.pk, answers=answers, key=key, version=opened, page=page, by=cast.olu, at=NOW
        )

    person = add("Am")
    assert add("Amy") == person
    rewrite(draft, person, cast.olu, Referral.objects.get(pk=draft.pk).version, given_names="Amelia")

    with pytest.raises(services.StaleDraft) as stale:
        add("Amy")

    assert (stale.value.mine, stale.value.theirs) == ({"given_names": "Amy"}, {"given_names": "Amelia"})
    assert Person.objects.get().given_names == "Amelia"


def test_somebody_who_was_changed_after_the_page_was_opened_is_not_removed_by_it(cast, life):
    draft = life.ready()
    person, opened = draft.people.get(), draft.version
    keep(draft, cast.olu, opened, needs="A bed.")
    rewrite(draft, person, cast.olu, opened, given_names="Amelia")

    with pytest.raises(services.StaleDraft):
        services.remove_person(referral_id=draft.pk, person_id=person.pk, version=opened, by=cast.olu, at=NOW)

    newest = Referral.objects.get(pk=draft.pk).version
    services.remove_person(referral_id=draft.pk, person_id=person.pk, version=newest, by=cast.olu, at=NOW)
    assert not Person.objects.exists()
