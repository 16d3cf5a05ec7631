"""The history of records: by trigger, so also what is done in SQL; append-only; gone with its record; no more readable than that."""

from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.urls import reverse

from audit import services as audit
from audit.models import Change, Entry
from referrals import services as referrals
from referrals.enums import FormKind
from referrals.models import Ppn, Referral
from tests.factories.accounts import UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW, Cast

REFUSED = (InternalError, ProgrammingError)


@pytest.fixture
def referral(cast: Cast) -> Referral:
    return ReferralFactory(author=cast.olu)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def risk(level: int) -> dict[str, Any]:
    return {
        "level": level,
        "reason": "Things became other than they were said to be.",
        "may_be_told": "It is another now.",
    }


def newest() -> Change:
    return Change.objects.order_by("-pk")[0]


def test_a_change_in_plain_sql_is_kept_with_the_database_user(referral: Referral) -> None:
    sql("UPDATE referrals_ppn SET place = 'Elsewhere' WHERE referral_id = %s", referral.pk)

    change = newest()
    assert (change.operation, change.table, change.columns) == ("UPDATE", "referrals_ppn", ["place"])
    assert (change.before, change.after) == ({"place": "12 Imaginary Row, Testham"}, {"place": "Elsewhere"})
    assert (change.record_label, change.record_id) == ("referrals.Referral", str(referral.pk))
    assert (change.actor_id, change.database_user) == ("", connection.settings_dict["USER"])


def test_of_a_row_that_is_deleted_everything_is_kept_and_of_one_that_is_added_that_it_was(referral: Referral) -> None:
    person = PersonFactory(referral=referral, given_names="Tamsin", family_name="Quillfeather")
    added = newest()
    sql("DELETE FROM referrals_person WHERE id = %s", person.pk)
    deleted = newest()

    assert (added.operation, added.row_key, added.before, added.after) == ("INSERT", str(person.pk), None, None)
    assert deleted.operation == "DELETE"
    assert deleted.before["family_name"] == "Quillfeather"


def test_nothing_is_kept_of_a_draft_nor_of_a_change_that_changes_nothing(cast: Cast, referral: Referral) -> None:
    draft = referrals.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)
    referrals.save_section(referral_id=draft.pk, version=1, answers={"concern": "Alone."}, by=cast.olu, at=NOW)
    sql("UPDATE referrals_ppn SET place = place WHERE referral_id = %s", referral.pk)
    sql("UPDATE referrals_referral SET version = version + 1 WHERE id = %s", referral.pk)

    assert not Change.objects.filter(record_id=str(draft.pk)).exists()
    assert not Change.objects.filter(operation="UPDATE").exists()


@pytest.mark.parametrize("change", ["password = 'x'", "last_login = now()"])
def test_no_secret_of_an_account_is_in_its_history(cast: Cast, change: str) -> None:
    before = Change.objects.count()
    sql("UPDATE accounts_user SET " + change + " WHERE id = %s", cast.olu.pk)  # noqa: S608 -- of the two above

    assert Change.objects.count() == before


def test_roles_stand_in_the_history_of_who_holds_them(cast: Cast) -> None:
    grant = cast.olu.role_grants.get()
    sql("UPDATE accounts_rolegrant SET ends_on = '2027-01-01' WHERE id = %s", grant.pk)

    assert newest().record_id == str(cast.olu.pk)
    assert newest().after == {"ends_on": "2027-01-01"}


def test_what_is_done_on_a_page_is_kept_with_the_person_and_the_request(
    client: Any, cast: Cast, referral: Referral
) -> None:
    address = reverse("referrals:set_risk", args=[referral.pk])

    answer = client.signed_in(cast.mina).post(address, risk(3), headers={"X-Request-ID": "request-0001"})

    assert answer.status_code == 302, answer.content
    change = Change.objects.filter(table="referrals_riskchange").get()
    assert (change.actor_id, change.request_id) == (str(cast.mina.pk), "request-0001")


def test_the_person_of_one_request_is_not_taken_for_that_of_the_next(
    client: Any, cast: Cast, referral: Referral
) -> None:
    address = reverse("referrals:set_risk", args=[referral.pk])
    client.signed_in(cast.mina).post(address, risk(3))
    client.signed_in(cast.sam).post(address, risk(1))

    who = Change.objects.filter(table="referrals_riskchange").order_by("pk").values_list("actor_id", flat=True)
    assert list(who) == [str(cast.mina.pk), str(cast.sam.pk)]


@pytest.mark.parametrize("statement", ["UPDATE audit_change SET actor_id = 'x'", "DELETE FROM audit_change"])
def test_history_refuses_to_be_changed(referral: Referral, statement: str) -> None:
    with pytest.raises(REFUSED, match="append-only"), transaction.atomic():
        sql(statement)

    assert Change.objects.exists()


def test_history_refuses_to_be_truncated(referral: Referral) -> None:
    sql("ALTER TABLE audit_change ENABLE TRIGGER audit_change_no_truncate")

    with pytest.raises(REFUSED, match="append-only"), transaction.atomic():
        sql("TRUNCATE audit_change")


def test_history_goes_with_its_record_and_not_before(cast: Cast) -> None:
    gone, stays = UserFactory(agency=cast.police), UserFactory(agency=cast.police)
    with pytest.raises(REFUSED, match="still there"), transaction.atomic():
        audit.forget_history(label="accounts.User", record_id=str(gone.pk))
    key = str(gone.pk)
    gone.delete()
    kept = Change.objects.filter(record_id=key).count()

    assert audit.forget_history(label="accounts.User", record_id=key) == kept > 0
    assert not Change.objects.filter(record_id=key).exists()
    assert Change.objects.filter(record_id=str(stays.pk)).exists()
    with pytest.raises(REFUSED, match="append-only"), transaction.atomic():
        sql("DELETE FROM audit_change")


def page_of(client: Any, user: Any, referral: Referral) -> Any:
    return client.signed_in(user).get(reverse("referral_history", args=[referral.pk]))


def test_the_page_says_what_went_and_what_came_and_who_did_it(client: Any, cast: Cast, referral: Referral) -> None:
    Ppn.objects.filter(referral=referral).update(place="14 Imaginary Row, Testham")

    html = page_of(client, cast.sam, referral).content.decode()

    assert "Not through the service’s pages (database user mash)" in html
    assert "12 </del>" in html
    assert "14 </ins>" in html
    assert Entry.objects.get(what="referral.history_read").object_id == str(referral.pk)


def test_who_keeps_the_log_and_reads_no_referral_sees_no_word_of_it(
    client: Any, cast: Cast, referral: Referral
) -> None:
    Ppn.objects.filter(referral=referral).update(place="The secret place")
    PersonFactory(referral=referral, family_name="Quillfeather").delete()

    page = page_of(client, cast.iggy, referral)

    labels = [column.label for line in page.context["lines"] for column in line.columns]
    assert str(Ppn._meta.get_field("place").verbose_name).casefold() in [label.casefold() for label in labels]
    html = page.content.decode()
    assert "secret place" not in html
    assert "Imaginary Row" not in html
    assert "Quillfeather" not in html


def test_the_evaluation_of_information_is_shown_to_nobody_here(client: Any, cast: Cast) -> None:
    cpi = ReferralFactory(kind="CPI", author=cast.pat, hub=cast.police)
    Change.objects.create(
        at=NOW,
        operation="UPDATE",
        table="referrals_cpiassessment",
        row_key="x",
        record_label="referrals.Referral",
        record_id=str(cpi.pk),
        columns=["protective_measures"],
        before={"protective_measures": "A source who is near"},
        after={"protective_measures": ""},
        database_user="mash",
    )

    html = page_of(client, cast.sam, cpi).content.decode()

    assert "A source who is near" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    client: Any, cast: Cast, referral: Referral, count: int, django_assert_num_queries: Any
) -> None:
    for n in range(count):
        Ppn.objects.filter(referral=referral).update(place=f"{n} Row")
        sql(
            "UPDATE referrals_referral SET assigned_to_id = %s WHERE id = %s",
            [cast.mina.pk, cast.sam.pk][n % 2],
            referral.pk,
        )
    client.signed_in(cast.sam)

    with django_assert_num_queries(11):
        client.get(reverse("referral_history", args=[referral.pk]))
