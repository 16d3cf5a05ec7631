"""The people of a referral: asked by form, role and age, grouped by household, related to each other."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.urls import reverse

from referrals import queries, services
from referrals.enums import RELATION_TO, FormKind, PersonRole, Relation
from referrals.models import Person, Referral, Relationship
from tests.api.programs import Program
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW
from tests.reading import markup_of

CHILD = {
    "education",
    "school",
    "year_group",
    "left_with",
    "is_left_with_checked",
    "send_support",
    "legal_status",
    "parental_responsibility",
}


def add(draft, by, **answers):
    given = {"role": PersonRole.SUBJECT} | answers
    return services.add_person(referral_id=draft.pk, answers=given, by=by, at=NOW)


def change(draft, person, by, version=None, **answers):
    draft.refresh_from_db()
    return services.change_person(
        referral_id=draft.pk, person_id=person.pk, version=version or draft.version, answers=answers, by=by, at=NOW
    )


def asked(referral, **person):
    return set(queries.fields_for(Person(referral=referral, **person), referral)) - set(queries.FIRST)


def openly_asked(referral, **person):
    groups = queries.groups_for(Person(referral=referral, **person), referral)
    return {name for group in groups if not group.is_rare for name in group.fields}


def test_a_child_the_concern_is_about_is_asked_for_school_and_care_and_an_adult_is_not(db):
    ppn = ReferralFactory()

    assert openly_asked(ppn, role="SUBJECT", estimated_age=9) >= CHILD
    assert not openly_asked(ppn, role="SUBJECT", estimated_age=40) & CHILD
    assert openly_asked(ppn, role="SIBLING") >= CHILD
    assert not openly_asked(ppn, role="PARENT_CARER") & CHILD


def test_identity_is_asked_of_whom_graders_look_at_and_a_professional_is_only_to_be_reached(db):
    ppn = ReferralFactory()
    everything = {"ethnicity", "place_of_birth", "religion", "first_language", "disability"}

    assert openly_asked(ppn, role="SUBJECT") >= everything
    assert {"ethnicity", "place_of_birth"} <= openly_asked(ppn, role="PARENT_CARER")
    assert "religion" not in openly_asked(ppn, role="PARENT_CARER")
    assert asked(ppn, role="PROFESSIONAL") == {"phone", "address", "relationship"}


def test_an_unborn_child_has_a_date_of_birth_expected_and_a_cpi_form_asks_only_what_tells_who_it_is(db):
    assert "expected_on" in asked(ReferralFactory(), role="UNBORN")
    assert asked(ReferralFactory(kind="CPI"), role="SUBJECT") == {
        "aliases",
        "relationship",
        "description",
        "address",
        "phone",
        "online_names",
    }


def test_every_column_is_asked_of_somebody_and_nobody_is_asked_twice(db):
    ppn = ReferralFactory()
    reached = set()
    for role in PersonRole:
        for age in (None, 9, 40):
            fields = queries.fields_for(Person(referral=ppn, role=role, estimated_age=age), ppn)
            assert len(fields) == len(set(fields))
            reached |= set(fields)

    columns = {field.name for field in Person._meta.concrete_fields} - {"id", "referral", "position"}
    assert reached == columns


def test_somebody_is_added_in_two_steps_and_the_next_one_at_once(client, cast, life):
    draft = life.draft()
    browser = client.signed_in(cast.olu)

    first = browser.post(
        reverse("referrals:person_add", args=[draft.pk]),
        {"role": "SUBJECT", "given_names": "Amy", "estimated_age": "9", "lives_in_household": "True"},
    )
    amy = Person.objects.get()
    assert first.url == reverse("referrals:person_more", args=[draft.pk, amy.pk])
    page = browser.get(first.url)
    assert "Year group" in markup_of(page)
    draft.refresh_from_db()
    saved = browser.post(
        first.url,
        {"version": draft.version, "year_group": "5", "address": "12 Imaginary Row", "another": "yes"},
    )

    assert saved.url == reverse("referrals:person_add", args=[draft.pk])
    amy.refresh_from_db()
    assert (amy.year_group, amy.address, amy.given_names) == ("5", "12 Imaginary Row", "Amy")
    assert "What are they to Amy?" in markup_of(browser.get(saved.url))
    ben = browser.post(
        saved.url, {"role": "SIBLING", f"{RELATION_TO}{amy.pk}": "SIBLING", "lives_in_household": "True"}
    )
    assert browser.get(ben.url).context["form"].initial["address"] == "12 Imaginary Row"
    assert list(Relationship.objects.values_list("person__role", "other", "kind")) == [("SIBLING", amy.pk, "SIBLING")]


def test_what_people_are_to_each_other_is_read_changed_and_taken_back(client, cast, life):
    draft = life.draft()
    amy = add(draft, cast.olu, given_names="Amy")
    dora = add(draft, cast.olu, role="PARENT_CARER", given_names="Dora", **{f"{RELATION_TO}{amy.pk}": "PARENT"})
    browser = client.signed_in(cast.olu)

    assert "Parent of Amy" in markup_of(browser.get(reverse("referrals:check", args=[draft.pk])))
    address = reverse("referrals:person_change", args=[draft.pk, dora.pk])
    initial = browser.get(address).context["form"].initial
    assert initial[f"{RELATION_TO}{amy.pk}"] == "PARENT"
    draft.refresh_from_db()
    sent = {"role": "PARENT_CARER", "version": draft.version, f"{RELATION_TO}{amy.pk}": "STEP_PARENT"}
    assert browser.post(address, sent).status_code == 302
    assert "Step-parent of Amy" in markup_of(browser.get(reverse("referrals:check", args=[draft.pk])))
    change(draft, dora, cast.olu, **{f"{RELATION_TO}{amy.pk}": ""})
    assert not Relationship.objects.exists()


def test_nobody_is_related_to_themselves_or_to_somebody_of_another_referral(cast, life):
    draft, other = life.draft(), life.ready()
    amy = add(draft, cast.olu)

    for stranger in (amy.pk, other.people.get().pk, uuid.uuid4()):
        with pytest.raises(services.CannotSave):
            change(draft, amy, cast.olu, **{f"{RELATION_TO}{stranger}": "PARENT"})
    with pytest.raises(services.CannotSave):
        add(draft, cast.olu, **{f"{RELATION_TO}{amy.pk}": "NEMESIS"})

    assert not Relationship.objects.exists()


def test_two_devices_on_one_person_overwrite_neither_an_answer_nor_a_relation(client, cast, life):
    draft = life.draft()
    amy = add(draft, cast.olu, given_names="Amy")
    dora = add(draft, cast.olu, role="PARENT_CARER", **{f"{RELATION_TO}{amy.pk}": "PARENT"})
    draft.refresh_from_db()
    read_at = draft.version
    change(draft, dora, cast.olu, **{f"{RELATION_TO}{amy.pk}": "CARER"})

    address = reverse("referrals:person_change", args=[draft.pk, dora.pk])
    sent = {"role": "PARENT_CARER", "version": read_at, f"{RELATION_TO}{amy.pk}": "GRANDPARENT"}
    conflict = client.signed_in(cast.olu).post(address, sent)

    assert conflict.status_code == 409
    assert "Carer of" in markup_of(conflict)
    assert "Grandparent of" in markup_of(conflict)
    assert Relationship.objects.get().kind == Relation.CARER


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"role": "UNBORN", "estimated_age": 2}, "no date of birth and no age"),
        ({"role": "SIBLING", "expected_on": NOW.date() + timedelta(days=90)}, "only of an unborn child"),
    ],
)
def test_the_unborn_are_told_from_the_born(cast, life, answers, words):
    with pytest.raises(services.CannotSave, match=words):
        add(life.draft(), cast.olu, **answers)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"role": "UNBORN", "estimated_age": 2}, "person_unborn_has_neither_birthday_nor_age"),
        ({"expected_on": "2027-01-01"}, "person_birth_is_expected_of_the_unborn"),
    ],
)
def test_the_database_tells_them_apart_too(db, changes, name):
    person = PersonFactory()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(**changes)


def test_the_database_holds_one_relation_between_two_different_people(db):
    amy = PersonFactory()
    ben = PersonFactory(referral=amy.referral)
    Relationship.objects.create(person=amy, other=ben, kind="SIBLING")

    for name, other in (("relationship_once_between_two_people", ben), ("relationship_is_with_somebody_else", amy)):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Relationship.objects.create(person=amy, other=other, kind="FRIEND")


def test_people_are_grouped_by_the_home_they_have(db):
    referral = ReferralFactory()

    def person(**answers):
        return Person(referral=referral, **answers)

    amy = person(role="SUBJECT", address="12 Imaginary Row, Testham")
    dora = person(role="PARENT_CARER", lives_in_household=True)
    ben = person(role="SIBLING", usual_address="4 Paper Close", address="12 Imaginary Row")
    carl = person(role="SOURCE_OF_HARM")
    gran = person(role="HOUSEHOLD", address="12 imaginary row,  TESTHAM")

    found = queries.households_of([carl, amy, dora, ben, gran])

    assert [(household.address, household.people) for household in found] == [
        ("12 Imaginary Row, Testham", [amy, dora, gran]),
        ("4 Paper Close", [ben]),
        ("", [carl]),
    ]


def test_the_check_page_says_what_is_open_about_whom_and_a_reason_settles_it(client, cast, life):
    draft = life.draft()
    known = {"ethnicity": "W1", "place_of_birth": "Testham", "religion": "None", "disability": "None"}
    amy = add(draft, cast.olu, given_names="Amy", estimated_age=9, left_with="Aunt", education="SCHOOL", **known)
    add(draft, cast.olu, role="PARENT_CARER", not_known_reason="Not at home.")

    (gap,) = queries.identity_gaps(Referral.objects.get(pk=draft.pk))
    page = markup_of(client.signed_in(cast.olu).get(reverse("referrals:check", args=[draft.pk])))
    assert gap == (amy, ["First or preferred language"])
    assert "Not answered yet, by person" in page

    change(draft, amy, cast.olu, first_language="English")
    assert queries.identity_gaps(Referral.objects.get(pk=draft.pk)) == []


def test_who_has_care_of_a_child_when_the_police_leave_is_asked_of_each_child(cast, life):
    draft = life.draft()
    add(draft, cast.olu, estimated_age=9, not_known_reason="Asleep.", education="SCHOOL")
    add(draft, cast.olu, estimated_age=40, not_known_reason="Asleep.")

    ((person, questions),) = queries.identity_gaps(Referral.objects.get(pk=draft.pk))

    assert (person.estimated_age, questions) == (9, ["Who has care of them now that you have left?"])


def test_a_program_names_people_and_what_they_are_to_each_other(cast):
    body = {
        "kind": "PPN",
        "types": ["CHILD"],
        "risk_level": 2,
        "lawful_basis": "PUBLIC_TASK",
        "ppn": {"concern": "Alone at night."},
        "people": [
            {"role": "SUBJECT", "given_names": "Amy", "year_group": "5"},
            {"role": "PARENT_CARER", "relations": [{"to": 0, "kind": "PARENT"}]},
        ],
    }
    program = Program(cast.olu)

    taken = program.post("referrals", data=body)
    nobody = body | {"people": [{"role": "SUBJECT", "relations": [{"to": 1, "kind": "PARENT"}]}]}

    assert taken.status_code == 201
    people = program.get("referral", taken.json()["id"]).json()["people"]
    amy = next(person for person in people if person["given_names"] == "Amy")
    parent = next(person for person in people if person["role"] == "PARENT_CARER")
    assert (amy["year_group"], parent["relations"]) == ("5", [{"to": amy["id"], "kind": "PARENT"}])
    assert program.post("referrals", data=nobody).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_referral_costs_the_same_however_many_people_are_in_it(
    client, cast, life, count, django_assert_max_num_queries
):
    referral = life.submitted()
    people = [PersonFactory(referral=referral, position=10 + number) for number in range(count)]
    for person in people[1:]:
        Relationship.objects.create(person=person, other=people[0], kind="SIBLING")
    browser = client.signed_in(cast.mina)
    browser.get(referral.get_absolute_url())

    with django_assert_max_num_queries(15):
        browser.get(referral.get_absolute_url())


def test_what_was_typed_about_somebody_comes_back_when_it_cannot_be_kept(client, cast, life):
    draft = life.draft()
    amy = add(draft, cast.olu, estimated_age=9)
    draft.refresh_from_db()
    address = reverse("referrals:person_more", args=[draft.pk, amy.pk])
    long = "x" * 201

    page = client.signed_in(cast.olu).post(
        address, {"version": draft.version, "description": long, "religion": "Typed for a while"}
    )

    assert page.status_code == 422
    assert "Typed for a while" in markup_of(page)
    assert '<details class="govuk-details" open' in markup_of(page)


def test_a_cpi_form_names_people_by_what_is_known_of_them(client, cast):
    draft = services.begin_draft(kind=FormKind.CPI, by=cast.pat, at=NOW)
    person = add(draft, cast.pat, given_names="Jay")

    page = markup_of(client.signed_in(cast.pat).get(reverse("referrals:person_more", args=[draft.pk, person.pk])))

    assert "Names on social media" in page
    assert "Ethnicity" not in page


def test_what_is_said_of_somebody_saves_itself_and_does_not_conflict_with_save(client, cast, life):
    draft = life.draft()
    amy = add(draft, cast.olu, estimated_age=9)
    browser = client.signed_in(cast.olu)
    address = reverse("referrals:person_more", args=[draft.pk, amy.pk])
    opened = browser.get(address).context["form"].initial
    typed = {"version": opened["version"], "page": opened["page"], "religion": "None"}

    by_itself = browser.post(address, typed | {"autosave": "1"})
    wrong = browser.post(address, typed | {"autosave": "1", "description": "x" * 201})
    # The answer to the first was lost on the way, so the page still has the version that it was opened at.
    saved = browser.post(address, typed | {"religion": "None that she knows of"})
    elsewhere = browser.post(address, typed | {"page": str(uuid.uuid4()), "autosave": "1", "religion": "Other"})

    assert (by_itself.status_code, set(by_itself.json())) == (200, {"version", "saved_at"})
    assert (wrong.status_code, saved.status_code, elsewhere.status_code) == (422, 302, 409)
    amy.refresh_from_db()
    assert amy.religion == "None that she knows of"


def test_the_page_that_adds_somebody_saves_by_itself_and_continue_adds_nobody_more(client, cast, life):
    draft, browser = life.draft(), client.signed_in(cast.olu)
    address = reverse("referrals:person_add", args=[draft.pk])
    opened = browser.get(address).context["form"].initial
    typed = {name: opened[name] for name in ("key", "version", "page")}

    early = browser.post(address, typed | {"given_names": "Am", "autosave": "1"})
    by_itself = browser.post(address, typed | {"role": "SUBJECT", "given_names": "Am", "autosave": "1"})
    sent = browser.post(address, typed | {"role": "SUBJECT", "given_names": "Amy"})

    assert (early.status_code, early.json()) == (422, {"problem": "Not saved yet: choose who this person is."})
    assert by_itself.json()["version"] == draft.version
    assert sent.status_code == 302
    assert list(Person.objects.values_list("given_names", flat=True)) == ["Amy"]


def test_an_old_page_that_added_somebody_shows_both_answers_before_it_overwrites(client, cast, life):
    draft, browser = life.draft(), client.signed_in(cast.olu)
    address = reverse("referrals:person_add", args=[draft.pk])
    opened = browser.get(address).context["form"].initial
    typed = {name: opened[name] for name in ("key", "version", "page")} | {"role": "SUBJECT", "given_names": "Am"}
    browser.post(address, typed)
    change(draft, Person.objects.get(), cast.olu, given_names="Amelia")

    again = browser.post(address, typed)
    by_itself = browser.post(address, typed | {"autosave": "1"})

    assert (again.status_code, by_itself.status_code) == (409, 409)
    page = markup_of(again)
    assert "Amelia" in page
    assert "What you just wrote" in page
    chosen = again.context["form"].data
    assert browser.post(address, chosen.dict()).status_code == 302
    assert Person.objects.get().given_names == "Am"


def test_the_page_that_removes_somebody_looks_whether_they_were_changed_meanwhile(client, cast, life):
    draft, browser = life.ready(), client.signed_in(cast.olu)
    person = Person.objects.get()
    address = reverse("referrals:person_remove", args=[draft.pk, person.pk])
    assert f'name="version" value="{draft.version}"' in markup_of(browser.get(address))
    change(draft, person, cast.olu, given_names="Amelia")

    page = browser.post(address, {"version": draft.version}, follow=True)

    assert "was changed somewhere else" in markup_of(page)
    browser.post(address, {"version": Referral.objects.get(pk=draft.pk).version})
    assert not Person.objects.exists()


def test_in_a_large_family_everybody_is_offered_those_it_is_about_first_and_the_rest_folded(client, cast, life):
    draft = life.draft()
    others = [add(draft, cast.olu, role="SIBLING", given_names=f"Sibling{number}") for number in range(8)]
    amy = add(draft, cast.olu, role="SUBJECT", given_names="Amy")
    aunt = add(draft, cast.olu, role="HOUSEHOLD", given_names="Aunt")

    response = client.signed_in(cast.olu).get(reverse("referrals:person_change", args=[draft.pk, aunt.pk]))

    (who, shown), (rest, folded) = response.context["form"].questions()
    related = [field.name for field in shown if field.name.startswith(RELATION_TO)]
    assert related == [f"{RELATION_TO}{person.pk}" for person in (amy, *others[:5])]
    assert (rest.is_rare, [field.name for field in folded]) == (
        True,
        [f"{RELATION_TO}{person.pk}" for person in others[5:]],
    )
    typed = {"version": draft.version, "role": "HOUSEHOLD", f"{RELATION_TO}{others[7].pk}": "RELATIVE"}
    client.signed_in(cast.olu).post(reverse("referrals:person_change", args=[draft.pk, aunt.pk]), typed)
    assert aunt.relations.get().other == others[7]


def test_people_stand_in_the_order_they_were_written_in_whatever_order_they_are_read(cast, life):
    draft = life.draft()
    named = ["Amy", "Ben", "Cal", "Dot"]
    people = [add(draft, cast.olu, given_names=name) for name in named]
    for person in people[:2]:
        for other in reversed(people[2:]):
            change(draft, person, cast.olu, **{f"{RELATION_TO}{other.pk}": Relation.SIBLING})

    last_first = Prefetch("people", Person.objects.order_by("-position"))
    draft = Referral.objects.prefetch_related(last_first).get(pk=draft.pk)

    assert [person.given_names for person in draft.everybody()] == named
    assert [str(one.other) for one in queries.relations_of(draft)] == ["Cal", "Dot"] * 2
