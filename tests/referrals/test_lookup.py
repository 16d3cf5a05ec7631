"""What is derived so that people and words are found: written with the submission, kept by the database, made again by a command."""

import uuid
from datetime import date
from io import StringIO

from django.contrib.postgres.search import SearchQuery
from django.core.management import call_command
from django.db import connection
from django.db.models import Value

from referrals import services
from referrals.models import MODULES, Cpi, FamilySound, Person, PersonKeys, Ppn, Referral, ReferralWords
from referrals.queries.likeness import KEYS_VERSION
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW

ERIN = {"role": "SUBJECT", "given_names": "Érin", "family_name": "Thistlewood", "date_of_birth": date(2010, 3, 5)}


def found(words, config="english"):
    return [row.referral_id for row in ReferralWords.objects.filter(words=SearchQuery(words, config=config))]


def test_a_submission_writes_the_keys_of_its_people_and_gathers_its_words(life):
    ready = life.draft(concern="A quiet heron was found on the balcony.")
    person = services.add_person(
        referral_id=ready.pk, answers=ERIN | {"address": "12 Imaginary Rd"}, by=life.cast.olu, at=NOW
    )
    assert not PersonKeys.objects.exists()
    assert not ReferralWords.objects.exists()

    services.submit_referral(referral_id=ready.pk, key=uuid.uuid4(), by=life.cast.olu, at=NOW)

    keys = PersonKeys.objects.get()
    assert (keys.person_id, keys.referral_id) == (person.pk, ready.pk)
    assert (keys.names, keys.address) == ("erin thistlewood", "12 imaginary road")
    assert keys.sounds == ["b:2010-03-05", "f:0STLWT", "g:ERN"]
    assert len(keys.keys) == 13
    assert keys.version == KEYS_VERSION
    assert found("herons") == found("thistlewood", "simple") == found("imaginary road", "simple") == [ready.pk]
    assert found("erin & 'b:2010-03-05'", "simple") == []


def test_words_follow_whatever_changes_a_submitted_referral(life):
    referral = life.submitted()

    Ppn.objects.filter(referral=referral).update(concern="A quiet heron was found.", place="3 Paper Close")
    assert found("heron") == found("paper", "simple") == [referral.pk]

    Person.objects.filter(referral=referral).update(family_name="Rowanby")
    services.remember_people(referral_id=referral.pk, at=NOW)
    assert found("rowanby", "simple") == [referral.pk]
    assert found("child", "simple") == []


def test_somebody_who_is_no_longer_named_is_no_longer_found(life):
    referral = life.submitted()
    services.remember_people(referral_id=referral.pk, at=NOW)
    person = Person.objects.get(referral=referral)

    PersonKeys.objects.filter(person=person).delete()
    person.delete()

    assert services.remember_people(referral_id=referral.pk, at=NOW) == 0
    assert found("fictitious", "simple") == []


def test_each_family_name_of_a_submitted_referral_is_known_once_by_its_sound_and_follows_every_change(life):
    def sounds():
        return sorted(FamilySound.objects.filter(referral=referral).values_list("sound", flat=True))

    referral = life.submitted()
    person = referral.people.get()
    assert sounds() == ["f:XLT"]
    assert FamilySound.objects.get().submitted_at == referral.submitted_at
    PersonFactory(referral=referral, **ERIN | {"family_name": "Child-Rowanby"})
    services.remember_people(referral_id=referral.pk, at=NOW)
    assert sounds() == ["f:RWNB", "f:XLT"]

    Person.objects.exclude(pk=person.pk).filter(referral=referral).update(family_name="Thistlewood")
    services.remember_people(referral_id=referral.pk, at=NOW)
    assert sounds() == ["f:0STLWT", "f:XLT"]


def test_keys_that_are_written_again_change_no_words(life):
    referral = life.submitted()
    ReferralWords.objects.update(words=Value("kept"))
    PersonKeys.objects.update(keys=[1], version=1)

    services.remember_all()

    assert PersonKeys.objects.get().version == KEYS_VERSION
    assert found("kept", "simple") == [referral.pk]


def test_changing_a_draft_gathers_nothing(life):
    draft = life.draft()

    Ppn.objects.filter(referral=draft).update(concern="A quiet heron was found.")

    assert found("heron") == []


def test_the_command_makes_older_referrals_findable_and_may_run_twice(db):
    referral = ReferralFactory(types=["CHILD"])
    PersonFactory(referral=referral, **ERIN)
    ReferralFactory(state="DRAFT")
    ReferralWords.objects.all().delete()

    for people in ("1 people", "0 people"):
        output = StringIO()
        call_command("index_referrals", stdout=output)
        assert output.getvalue().strip() == people

    assert list(PersonKeys.objects.values_list("referral_id", flat=True)) == [referral.pk]
    assert list(ReferralWords.objects.values_list("referral_id", flat=True)) == [referral.pk]
    assert found("thistlewood", "simple") == [referral.pk]


def test_every_table_of_words_tells_the_search(db):
    """A new kind of content joins in its own migration, as the ones before did."""
    tables = {model._meta.db_table for model in (Ppn, Cpi, *MODULES.values())}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'words_of_changed_content'")
        told = {table for (table,) in cursor.fetchall()}
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'referrals_narrative_of'")
        (source,) = cursor.fetchone()

    assert told == tables
    assert all(f"'{table}'" in source for table in tables)
    assert all(f"'{concern}' = ANY(types)" in source for concern in MODULES)


def test_the_answers_of_a_type_are_found_only_while_it_is_ticked(life):
    referral = life.submitted(types=["CHILD"])
    MODULES["CHILD"].objects.update_or_create(referral=referral, defaults={"presentation": "A quiet heron."})
    assert found("heron") == [referral.pk]

    Referral.objects.filter(pk=referral.pk).update(types=["HATE"])
    assert found("heron") == []


def test_an_amendment_of_a_person_changes_under_what_they_are_found(life):
    referral = life.submitted()
    person = referral.people.get()

    services.amend_person(
        referral_id=referral.pk,
        person_id=person.pk,
        version=referral.version,
        answers={"family_name": "Rowanby"},
        reason="The name was read out wrongly.",
        by=life.cast.olu,
        at=NOW,
    )

    assert PersonKeys.objects.get(person=person).names == "fictitious rowanby"
    assert found("rowanby", "simple") == [referral.pk]
