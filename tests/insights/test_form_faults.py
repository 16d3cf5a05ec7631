"""Where forms are hard to fill in: counted wherever a page is sent back, without a word that was typed."""

import uuid
from datetime import date, timedelta

import pytest
from django import forms
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from common.forms import GovukForm
from insights import services
from insights.models import FormFault
from insights.queries import form_faults
from referrals import services as referrals
from tests.people import NOW
from tests.races import at_once

DAY = date(2026, 11, 20)


class AgeForm(GovukForm):
    age = forms.IntegerField(max_value=120)
    name = forms.CharField(max_length=5)

    def clean(self):
        if self.cleaned_data.get("name") == "never":
            raise forms.ValidationError("zzsecret is never right.")
        return self.cleaned_data


def faulty(**data):
    form = AgeForm(data)
    assert not form.is_valid()
    return form


def counts():
    return {(row.form, row.field, row.kind): row.count for row in FormFault.objects.all()}


@pytest.mark.django_db
def test_each_question_counts_by_the_kind_of_what_was_wrong_with_it():
    services.count_faults([faulty(age="200"), faulty(age="7", name="never")], on=DAY)
    services.count_faults([faulty(age="seven", name="zzsecret")], on=DAY)

    assert counts() == {
        ("AgeForm", "age", "max_value"): 1,
        ("AgeForm", "name", "required"): 1,
        ("AgeForm", "", "rule"): 1,
        ("AgeForm", "age", "invalid"): 1,
        ("AgeForm", "name", "max_length"): 1,
    }


@pytest.mark.django_db
def test_the_count_of_a_day_grows_and_the_next_day_has_its_own():
    for on in (DAY, DAY, DAY + timedelta(days=1)):
        services.count_faults([faulty(age="7")], on=on)

    assert list(FormFault.objects.order_by("day").values_list("day", "count")) == [
        (DAY, 2),
        (DAY + timedelta(days=1), 1),
    ]


@pytest.mark.django_db
def test_the_id_of_a_person_in_the_name_of_a_question_is_not_kept():
    name = f"relation_{uuid.uuid4()}"
    form = type("AskedForm", (GovukForm,), {name: forms.CharField()})({})
    form.is_valid()

    services.count_faults([form], on=DAY)

    assert counts() == {("AskedForm", "relation_", "required"): 1}


def test_a_page_that_is_sent_back_is_counted_without_what_was_typed(client, cast):
    draft = referrals.begin_draft(kind="PPN", by=cast.olu, at=NOW)

    answer = client.signed_in(cast.olu).post(reverse("referrals:person_add", args=[draft.pk]), {"role": "zzsecret"})

    assert answer.status_code == 422
    rows = list(FormFault.objects.all())
    assert rows
    assert {row.day for row in rows} == {timezone.localdate()}
    assert not any("zzsecret" in f"{row.form}{row.field}{row.kind}" for row in rows)


def test_what_a_service_refuses_counts_as_a_rule(client, cast):
    draft = referrals.begin_draft(kind="PPN", by=cast.olu, at=NOW)

    answer = client.signed_in(cast.olu).post(reverse("referrals:files", args=[draft.pk]), {})

    assert answer.status_code == 422
    assert counts() == {("AttachmentForm", "file", "required"): 1}


def test_a_page_that_is_in_order_and_one_that_saves_itself_count_nothing(client, cast):
    draft = referrals.begin_draft(kind="PPN", by=cast.olu, at=NOW)
    browser = client.signed_in(cast.olu)
    address = reverse("referrals:person_add", args=[draft.pk])

    browser.get(address)
    saved = browser.post(address, {"autosave": "1", "role": "zzsecret"})

    assert "text/html" not in saved["Content-Type"]
    assert counts() == {}


def test_a_count_that_cannot_be_kept_costs_nobody_their_page(client, cast, monkeypatch):
    def broken(forms, *, on):
        raise DatabaseError("No space left.")

    monkeypatch.setattr(services, "count_faults", broken)
    draft = referrals.begin_draft(kind="PPN", by=cast.olu, at=NOW)

    answer = client.signed_in(cast.olu).post(reverse("referrals:person_add", args=[draft.pk]), {})

    assert answer.status_code == 422
    assert counts() == {}


@pytest.mark.django_db(transaction=True)
def test_counts_of_the_same_moment_are_all_kept():
    forms_at_fault = [faulty(age="7"), faulty()]

    at_once(*[lambda: services.count_faults(forms_at_fault, on=DAY)] * 4)

    assert counts() == {("AgeForm", "name", "required"): 8, ("AgeForm", "age", "required"): 4}


@pytest.mark.django_db
def test_the_database_holds_one_count_for_each_and_none_of_nothing():
    row = {"day": DAY, "form": "AgeForm", "field": "age", "kind": "invalid"}
    FormFault.objects.create(**row, count=1)

    with pytest.raises(IntegrityError, match="form_fault_one_count_a_day"), transaction.atomic():
        FormFault.objects.create(**row, count=2)
    with pytest.raises(IntegrityError, match="form_fault_happened"), transaction.atomic():
        FormFault.objects.create(**row | {"kind": "rule"}, count=0)


def count_on(day, field, count):
    FormFault.objects.create(day=day, form="NextVersionForm", field=field, kind="max_length", count=count)


def test_the_page_adds_up_thirty_days_in_words_the_most_frequent_first(client, cast):
    today = timezone.localdate()
    for day, field, count in (
        (today, "date_of_birth", 2),
        (today - timedelta(days=29), "date_of_birth", 5),
        (today, "", 3),
        (today - timedelta(days=30), "date_of_birth", 100),
    ):
        count_on(day, field, count)

    page = client.signed_in(cast.sam).get(reverse("form_faults"))

    assert [(row.form, row.field, row.kind, row.count, row.days) for row in page.context["rows"]] == [
        ("Next version", "Date of birth", "Too long", 7, 2),
        ("Next version", "The form as a whole", "Too long", 3, 1),
    ]
    assert page.context["total"] == 10


def test_no_more_than_the_most_frequent_are_shown(client, cast, monkeypatch):
    monkeypatch.setattr(form_faults, "MOST_FAULTS", 2)
    for field in ("one", "two", "three"):
        count_on(timezone.localdate(), field, 1)

    page = client.signed_in(cast.ada).get(reverse("form_faults"))

    assert (len(page.context["rows"]), page.context["is_cut"], page.context["total"]) == (2, True, 3)
    assert "The 2 most frequent are shown." in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, django_assert_num_queries, rows):
    for number in range(rows):
        count_on(timezone.localdate(), f"question_{number}", 1)
    browser = client.signed_in(cast.ada)

    with django_assert_num_queries(5):
        browser.get(reverse("form_faults"))
