"""Partner agencies: contacts, packages over time, agreements that run out, and who sees and keeps what."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from partners.models import AgencyContact, AgencyPackage, AgencyStaff, SharingAgreement
from partners.queries import waiting_for
from partners.queries.agencies import facts_of, listed_agencies
from partners.services import agencies as services
from tests.factories.accounts import AgencyFactory, AreaFactory, UserFactory
from tests.factories.partners import (
    AgencyContactFactory,
    AgencyPackageFactory,
    BookingFactory,
    SharingAgreementFactory,
)
from tests.people import NOW, Cast
from tests.races import at_once
from tests.reading import text_of

TODAY = NOW.date()
WHO = {"name": "Robin Fictitious", "role": "Head of service", "email": "Robin@example.org"}


def package(cast: Cast, **given) -> AgencyPackage:
    fields = {"package": "CPI_ONLY", "valid_from": TODAY, "said_by": "Head of service"} | given
    return services.record_package(agency_id=cast.council.pk, by=cast.tess, at=NOW, **fields)


def names_of(agencies) -> list[str]:
    return sorted(agency.name for agency in agencies)


def test_the_first_contact_is_the_main_one_and_a_new_main_one_takes_its_place(cast):
    first = services.keep_contact(agency_id=cast.council.pk, by=cast.tess, at=NOW, **WHO)
    second = services.keep_contact(
        agency_id=cast.council.pk, by=cast.cory, at=NOW, is_main=True, **WHO | {"email": "other@example.org"}
    )

    first.refresh_from_db()
    assert (first.is_main, first.email, second.is_main) == (False, "robin@example.org", True)
    assert list(Entry.objects.order_by("pk").values_list("what", "actor_id")) == [
        ("partners.agency_contact_added", str(cast.tess.pk)),
        ("partners.agency_contact_added", str(cast.cory.pk)),
    ]
    with pytest.raises(IntegrityError, match="agency_contact_only_one_is_main"), transaction.atomic():
        AgencyContact.objects.filter(pk=first.pk).update(is_main=True)


def test_a_contact_is_known_once_and_the_main_one_goes_last(cast):
    main = services.keep_contact(agency_id=cast.council.pk, by=cast.tess, at=NOW, **WHO)
    with pytest.raises(services.CannotKeepAgency, match="already"):
        services.keep_contact(agency_id=cast.council.pk, by=cast.tess, at=NOW, **WHO)
    other = AgencyContactFactory(agency=cast.council)

    with pytest.raises(services.CannotKeepAgency, match="somebody else"):
        services.remove_contact(agency_id=cast.council.pk, contact_id=main.pk, by=cast.cory, at=NOW)
    for contact in (other, main, main):
        services.remove_contact(agency_id=cast.council.pk, contact_id=contact.pk, by=cast.cory, at=NOW)

    assert not AgencyContact.objects.exists()
    assert Entry.objects.filter(what="partners.agency_contact_removed", verb="DELETED").count() == 2


@pytest.mark.parametrize("name", ["pat", "out", "olu", "sam", "ada"])
def test_nobody_else_keeps_contacts(cast, name):
    with pytest.raises(services.CannotKeepAgency):
        services.keep_contact(agency_id=cast.council.pk, by=getattr(cast, name), at=NOW, **WHO)
    assert not AgencyContact.objects.exists()


def test_a_coordinator_corrects_contacts_of_their_own_agency_and_nothing_else(cast):
    elsewhere = cast.elsewhere.pk
    with pytest.raises(services.CannotKeepAgency):
        services.keep_contact(agency_id=elsewhere, by=cast.cory, at=NOW, **WHO)
    for act in (
        lambda: services.record_package(
            agency_id=cast.council.pk, package="FULL", valid_from=TODAY, said_by="Me", by=cast.cory, at=NOW
        ),
        lambda: services.record_agreement(
            agency_id=cast.council.pk, signed_on=TODAY, review_on=TODAY + timedelta(days=9), by=cast.cory, at=NOW
        ),
        lambda: services.record_staff(
            agency_id=cast.council.pk, staff=3, counted_on=TODAY, source="Me", by=cast.cory, at=NOW
        ),
    ):
        with pytest.raises(services.CannotKeepAgency):
            act()


def test_a_new_package_ends_the_one_before_and_both_stay(cast):
    old = package(cast, package="FULL", valid_from=date(2026, 1, 1))
    new = package(cast)
    again = package(cast)

    old.refresh_from_db()
    assert again.pk == new.pk
    assert (old.valid_until, new.valid_until) == (TODAY - timedelta(days=1), None)
    facts = facts_of(cast.council, on=TODAY)
    assert (facts.package, facts.kinds_taken) == (new, ["CPI form"])
    assert facts_of(cast.council, on=TODAY - timedelta(days=1)).package == old
    assert Entry.objects.filter(what="partners.agency_package_recorded").count() == 2


def test_packages_never_overlap_whoever_writes_them(cast):
    package(cast)
    with pytest.raises(services.CannotKeepAgency, match="later day"):
        package(cast, package="FULL", valid_from=TODAY - timedelta(days=1))
    with pytest.raises(IntegrityError, match="agency_package_one_at_a_time"), transaction.atomic():
        AgencyPackageFactory(agency=cast.council, valid_from=TODAY + timedelta(days=40))


@pytest.mark.django_db(transaction=True)
def test_two_trainers_who_record_a_package_at_once_leave_one_that_lasts(cast):
    def record(kind):
        return lambda: services.record_package(
            agency_id=cast.council.pk, package=kind, valid_from=TODAY, said_by="Head", by=cast.tess, at=NOW
        )

    answers = at_once(record("FULL"), record("CPI_ONLY"), refusal=services.CannotKeepAgency)

    refused = [answer for answer in answers if isinstance(answer, services.CannotKeepAgency)]
    assert len(refused) == 1
    assert AgencyPackage.objects.current(on=TODAY).count() == 1


def test_an_agency_declines_with_a_reason(cast):
    with pytest.raises(services.CannotKeepAgency, match="why"):
        package(cast, package="DECLINED", reason=" ")
    package(cast, package="DECLINED", reason="Has sessions of its own.")

    assert facts_of(cast.council, on=TODAY).kinds_taken == []
    with pytest.raises(IntegrityError, match="agency_package_declined_says_why"), transaction.atomic():
        AgencyPackageFactory(agency=cast.elsewhere, package="DECLINED")


def test_an_agreement_runs_out_the_day_after_its_review_date(cast):
    def due(day):
        return names_of(listed_agencies(cast.tess, on=day, agreement="due"))

    for years in (3, 1):
        services.record_agreement(
            agency_id=cast.council.pk,
            signed_on=TODAY.replace(year=2026 - years),
            review_on=TODAY.replace(year=2027 - years),
            by=cast.tess,
            at=NOW,
        )

    assert due(TODAY) == []
    assert due(TODAY + timedelta(days=1)) == [cast.council.name]
    assert names_of(listed_agencies(cast.tess, on=TODAY, agreement="none")) == [cast.elsewhere.name]


@pytest.mark.parametrize(
    ("signed", "review", "field"),
    [(1, 30, "signed_on"), (0, 0, "review_on"), (-1, 366 * 10 + 1, "review_on")],
)
def test_an_agreement_that_makes_no_sense_is_refused(cast, signed, review, field):
    days = {"signed_on": TODAY + timedelta(days=signed), "review_on": TODAY + timedelta(days=review)}
    with pytest.raises(services.CannotKeepAgency) as refusal:
        services.record_agreement(agency_id=cast.council.pk, by=cast.tess, at=NOW, **days)
    assert refusal.value.field == field
    assert not SharingAgreement.objects.exists()


def test_the_newest_number_of_staff_counts(cast):
    for day, staff in ((TODAY - timedelta(days=9), 40), (TODAY, 50), (TODAY, 55)):
        services.record_staff(
            agency_id=cast.council.pk, staff=staff, counted_on=day, source="Their return", by=cast.tess, at=NOW
        )

    staff = facts_of(cast.council, on=TODAY).staff
    assert staff is not None
    assert (staff.staff, AgencyStaff.objects.count()) == (55, 2)


def test_the_list_is_filtered_by_kind_area_package_and_who_was_never_reached(cast):
    area = AreaFactory()
    cast.council.areas.add(area)
    package(cast)
    BookingFactory(user=cast.pat, state="PRESENT", session__state="HELD", session__host=cast.police)
    BookingFactory(user=cast.out, state="ABSENT", session__state="HELD", session__host=cast.police)

    def listed(**filters):
        return names_of(listed_agencies(cast.tess, on=TODAY, **filters))

    assert listed(kind="EDUCATION") == [cast.elsewhere.name]
    assert listed(area=area.pk) == listed(package="CPI_ONLY") == [cast.council.name]
    assert listed(package="NONE") == [cast.elsewhere.name]
    assert listed(reached="never") == [cast.elsewhere.name]


def test_a_trainer_of_another_force_sees_no_agency(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])
    assert not listed_agencies(stranger, on=TODAY).exists()


def test_what_is_out_of_date_waits_on_the_home_page_of_who_runs_sessions(cast):
    SharingAgreementFactory(agency=cast.council, signed_on=date(2022, 1, 1), review_on=date(2024, 1, 1))

    line = next(line for line in waiting_for(cast.tess, at=timezone.now()) if "agreement" in line.title)

    assert (line.count, line.is_late, line.url) == (1, True, "/partners/agencies/?agreement=due")
    assert not [line for line in waiting_for(cast.cory, at=timezone.now()) if "agreement" in line.title]


def test_reading_an_agency_is_recorded_and_shows_its_coordinators(client, cast):
    AgencyContactFactory(agency=cast.council, name="Robin Fictitious")
    client.signed_in(cast.tess)

    words = text_of(client.get(reverse("partners:agency", args=[cast.council.pk])))

    assert "Robin Fictitious" in words
    assert "Cory Fictitious, cory@example.org" in words
    assert "Pat Fictitious" not in words
    assert Entry.objects.filter(what="partners.agency_read", verb="READ", actor_id=cast.tess.pk).count() == 1


def test_what_is_refused_stands_beside_its_field_and_what_was_typed_is_kept(client, cast):
    AgencyContactFactory(agency=cast.council, email="robin@example.org")
    client.signed_in(cast.cory)

    response = client.post(
        reverse("partners:agency_contact_new", args=[cast.council.pk]), WHO | {"is_main": "no", "phone": "01632 960001"}
    )

    assert response.status_code == 422
    assert 'id="id_email-error"' in response.content.decode() or "#id_email" in response.content.decode()
    assert 'value="01632 960001"' in response.content.decode()
    assert AgencyContact.objects.count() == 1


def test_a_trainer_records_all_of_an_agency_by_its_pages(client, cast):
    client.signed_in(cast.tess)
    today = timezone.localdate()

    def sends(page, **typed):
        return client.post(reverse(f"partners:{page}", args=[cast.council.pk]), typed, follow=True)

    def on(name, day):
        return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}

    assert "is added" in text_of(sends("agency_contact_new", is_main="yes", **WHO))
    sends("agency_package", package="CPI_ONLY", said_by="Head of service", **on("valid_from", today))
    signed = on("signed_on", today) | on("review_on", today + timedelta(days=365))
    sends("agency_agreement", **signed)
    page = text_of(sends("agency_staff", staff="420", source="Annual return", **on("counted_on", today)))

    for words in ("The CPI part only", "420 on", "Robin Fictitious", "Main contact", "In date until"):
        assert words in page
    contact = AgencyContact.objects.get()
    change = reverse("partners:agency_contact_change", args=[cast.council.pk, contact.pk])
    assert "Robin Other" in text_of(client.post(change, WHO | {"name": "Robin Other", "is_main": "no"}, follow=True))
    gone = reverse("partners:agency_contact_remove", args=[cast.council.pk, contact.pk])
    assert "No contact is recorded" in text_of(client.post(gone, follow=True))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_agencies_has_a_flat_query_count(client, cast, count, django_assert_num_queries):
    for number in range(count - 1):
        agency = AgencyFactory(name=f"Agency {number}")
        agency.areas.add(AreaFactory())
        SharingAgreementFactory(agency=agency)
        AgencyPackageFactory(agency=agency)
    client.signed_in(cast.tess)
    with django_assert_num_queries(7):
        client.get(reverse("partners:agencies"))


def test_the_form_of_a_contact_shows_who_it_is_and_that_is_recorded(client, cast):
    contact = AgencyContactFactory(agency=cast.council, name="Kim Fictitious")
    client.signed_in(cast.tess)

    page = client.get(reverse("partners:agency_contact_change", args=[cast.council.pk, contact.pk]))

    assert "Kim Fictitious" in text_of(page)
    assert Entry.objects.filter(what="partners.agency_read", verb="READ", actor_id=cast.tess.pk).count() == 1


def test_the_main_contact_is_not_left_out_by_answering_no(client, cast):
    main = AgencyContactFactory(agency=cast.council, is_main=True)
    AgencyContactFactory(agency=cast.council)
    address = reverse("partners:agency_contact_change", args=[cast.council.pk, main.pk])
    client.signed_in(cast.tess)
    sent = client.get(address).context["form"].initial | {"is_main": "no"}

    refused = client.post(address, sent)

    assert refused.status_code == 422
    assert '<a href="#id_is_main_0">Make somebody else the main contact instead' in refused.content.decode()
    main.refresh_from_db()
    assert main.is_main


def test_what_a_colleague_corrected_meanwhile_is_shown_before_it_is_written_over(client, cast):
    contact = AgencyContactFactory(agency=cast.council, is_main=True)
    address = reverse("partners:agency_contact_change", args=[cast.council.pk, contact.pk])
    client.signed_in(cast.tess)
    stale = client.get(address).context["form"].initial
    client.post(address, stale | {"phone": "01632 960 123"})

    refused = client.post(address, stale | {"role": "Headteacher"})
    contact.refresh_from_db()
    kept = contact.role, contact.phone
    again = client.post(address, stale | {"role": "Headteacher", "seen": refused.context["form"]["seen"].value()})
    contact.refresh_from_db()

    assert refused.status_code == 422
    assert "01632 960 123" in text_of(refused)
    assert 'value="Headteacher"' in refused.content.decode()
    assert kept == (stale["role"], "01632 960 123")
    assert again.status_code == 302
    assert contact.role == "Headteacher"


def test_the_main_contact_is_removed_last_and_the_page_says_so_before_the_button(client, cast):
    main = AgencyContactFactory(agency=cast.council, is_main=True)
    AgencyContactFactory(agency=cast.council)
    client.signed_in(cast.tess)

    asked = client.get(reverse("partners:agency_contact_remove", args=[cast.council.pk, main.pk]))

    assert "Make somebody else the main contact first" in text_of(asked)
    assert "govuk-button--warning" not in asked.content.decode()
