"""Who signs in whose place: naming a deputy, both names on the signature, and what the database itself refuses."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import RoleGrant, User
from audit.models import Entry
from jobs.models import Job
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import SigningDelegationFactory, TrainingRecordFactory
from tests.people import NOW, Cast, make_cast
from tests.races import at_once, while_another_waits
from tests.reading import text_of
from tests.training.test_records import checked_now, log, revoke, send_back, sign, signature, state_of
from training import tasks
from training.enums import STATEMENTS, RecordMove, SignerRole
from training.models import Signature, SigningDelegation, TrainingRecord
from training.permissions import moves_open_to
from training.queries.records import history_of, records_to_read, waiting_for
from training.services import delegations, records

TODAY = NOW.date()
LATER = TODAY + timedelta(days=6)


def manager(cast: Cast, **fields):
    return UserFactory(**{"agency": cast.police, "name": "Ann Other", "roles": ["LINE_MANAGER"]} | fields)


def mentor(cast: Cast, **fields):
    return UserFactory(**{"agency": cast.police, "name": "Max Other", "roles": ["MENTOR"]} | fields)


def name(cast: Cast, deputy, **fields) -> SigningDelegation:
    """Lin names who signs in her place as a line manager, for a week from today."""
    defaults = {"role": SignerRole.LINE_MANAGER, "absent": cast.lin, "starts_on": TODAY, "last_day": LATER}
    return delegations.name_deputy(**defaults | {"deputy": deputy, "by": cast.lin, "at": NOW} | fields)


def mentors_deputy(cast: Cast, deputy, **fields) -> SigningDelegation:
    return name(cast, deputy, **{"role": SignerRole.MENTOR, "absent": cast.moss, "by": cast.moss} | fields)


def waiting_for_manager(cast: Cast) -> TrainingRecord:
    record = log(cast)
    sign(record, cast.moss)
    return record


# --- naming -----------------------------------------------------------------------------------------------------------


def test_a_deputy_is_named_from_a_day_to_a_day_both_included_and_told_by_mail(cast, mailoutbox):
    ann = manager(cast)

    delegation = name(cast, ann)

    assert (delegation.starts_on, delegation.last_day, delegation.ends_on) == (TODAY, LATER, LATER + timedelta(days=1))
    assert (delegation.made_by, delegation.made_at, delegation.agency) == (cast.lin, NOW, cast.police)
    entry = Entry.objects.get(what="training.deputy_named")
    assert entry.details == {"role": "LINE_MANAGER", "absent": str(cast.lin.pk), "deputy": str(ann.pk)}
    assert Job.objects.get().task == tasks.email_deputy.task_name
    tasks.email_deputy(lease=None, delegation_id=str(delegation.pk))
    [mail] = mailoutbox
    assert mail.to == [ann.email]
    assert "20 November 2026 to 26 November 2026" in mail.body
    assert "Lin" not in mail.subject + mail.body


@pytest.mark.parametrize("who", ["lin", "tess"])
def test_who_is_away_or_a_trainer_names_the_deputy(cast, who):
    assert name(cast, manager(cast), by=getattr(cast, who)).made_by == getattr(cast, who)


def test_who_leads_the_team_names_a_deputy_for_its_people_and_for_nobody_else(cast):
    in_team = mentor(cast, team=cast.response_team, name="Near Other")

    assert mentors_deputy(cast, mentor(cast), absent=in_team, by=cast.lin).absent == in_team
    with pytest.raises(delegations.CannotDelegate, match="yourself or your team"):
        mentors_deputy(cast, mentor(cast), by=cast.lin)


@pytest.mark.parametrize("who", ["olu", "moss", "mina", "leda", "ada", "pam", "cory"])
def test_nobody_else_names_one(cast, who):
    with pytest.raises(delegations.CannotDelegate, match="yourself or your team"):
        name(cast, manager(cast), by=getattr(cast, who))


def test_nobody_names_themselves_as_the_deputy(cast):
    trainer = UserFactory(agency=cast.police, roles=["TRAINER", "LINE_MANAGER"])

    with pytest.raises(delegations.CannotDelegate, match="Ask a trainer"):
        name(cast, trainer, by=trainer)
    with pytest.raises(delegations.CannotDelegate, match="somebody else"):
        name(cast, cast.lin)


def test_the_deputy_is_of_the_agency_and_may_sign_in_that_role(cast):
    elsewhere = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["LINE_MANAGER"])
    gone = manager(cast, is_active=False)

    for deputy in (cast.moss, cast.olu, elsewhere, gone):
        with pytest.raises(delegations.CannotDelegate, match="may not sign as line manager"):
            name(cast, deputy)
    with pytest.raises(delegations.CannotDelegate, match="does not sign as mentor"):
        name(cast, mentor(cast), role=SignerRole.MENTOR)
    assert not SigningDelegation.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(-1, 3, "in the past"), (3, 2, "before the first"), (0, 92, "at most 92 days")],
)
def test_the_days_run_forwards_from_today_and_not_for_ever(cast, first, last, words):
    days = {"starts_on": TODAY + timedelta(days=first), "last_day": TODAY + timedelta(days=last)}

    with pytest.raises(delegations.CannotDelegate, match=words):
        name(cast, manager(cast), **days)
    assert name(cast, manager(cast), last_day=TODAY + timedelta(days=91))


def test_one_person_at_a_time_stands_in_for_a_role(cast):
    name(cast, manager(cast))

    with pytest.raises(delegations.CannotDelegate, match="already"):
        name(cast, manager(cast), starts_on=LATER)
    after = LATER + timedelta(days=1)
    assert name(cast, manager(cast), starts_on=after, last_day=after).starts_on == after


def test_it_is_ended_at_once_by_who_may_name_one_or_by_the_deputy_and_never_twice(cast):
    ann = manager(cast)
    delegation = name(cast, ann)

    with pytest.raises(delegations.CannotEndDelegation):
        delegations.end_delegation(delegation_id=delegation.pk, by=cast.moss, at=NOW)
    ended = delegations.end_delegation(delegation_id=delegation.pk, by=ann, at=NOW)
    again = delegations.end_delegation(delegation_id=delegation.pk, by=cast.lin, at=NOW + timedelta(hours=1))

    assert (ended.ends_on, ended.ended_by, again.ended_by, again.ended_at) == (TODAY, ann, ann, NOW)
    assert Entry.objects.filter(what="training.deputy_ended").count() == 1
    assert name(cast, ann).pk != ended.pk


def test_one_that_is_over_cannot_be_ended(cast):
    delegation = name(cast, manager(cast))

    with pytest.raises(delegations.CannotEndDelegation, match="ended already"):
        delegations.end_delegation(delegation_id=delegation.pk, by=cast.lin, at=NOW + timedelta(days=7))


# --- signing ----------------------------------------------------------------------------------------------------------


def test_the_deputy_completes_a_record_and_both_names_stand_on_it(cast):
    ann = manager(cast)
    delegation = name(cast, ann)
    record = waiting_for_manager(cast)

    signed = sign(record, ann)
    checked_now()

    record.refresh_from_db()
    assert (record.state, record.completed_by, record.line_manager) == ("COMPLETE", ann, cast.lin)
    assert (signed.signer, signed.on_behalf_of, signed.delegation) == (ann, cast.lin, delegation)
    assert signed.statement == (
        f"{STATEMENTS[SignerRole.LINE_MANAGER]} I sign in the place of Lin Fictitious, who is away."
    )
    title = history_of(records_to_read().get(pk=record.pk))[0]
    assert {one.title for one in history_of(records_to_read().get(pk=record.pk))} >= {
        "Signed by the mentor",
        "Signed in the place of the line manager, Lin Fictitious",
    }
    assert title.at == NOW
    entry = Entry.objects.filter(what="training.record_signed").order_by("pk").last()
    assert entry.details["on_behalf_of"] == str(cast.lin.pk)


def test_who_is_named_still_signs_while_there_is_a_deputy(cast):
    name(cast, manager(cast))

    signed = sign(waiting_for_manager(cast), cast.lin)

    assert (signed.signer, signed.on_behalf_of, signed.delegation) == (cast.lin, None, None)


def test_the_same_signature_of_a_deputy_twice_is_kept_once(cast):
    ann = manager(cast)
    name(cast, ann)
    record = waiting_for_manager(cast)

    assert sign(record, ann) == sign(record, ann)
    assert Entry.objects.filter(what="training.record_signed").count() == 2


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 23, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 0, 0, tzinfo=UTC), False),
    ],
)
def test_a_deputy_signs_from_the_first_day_to_the_last_and_neither_before_nor_after(cast, at, may):
    ann = manager(cast)
    delegation = name(cast, ann, starts_on=date(2026, 11, 23), last_day=date(2026, 11, 24))
    record = waiting_for_manager(cast)
    past_the_service = partial(
        signature, record, "LINE_MANAGER", signer=ann, on_behalf_of=cast.lin, delegation=delegation, signed_at=at
    )

    if may:
        assert sign(record, ann, at=at).signer == ann
        return
    with pytest.raises(records.CannotSign, match="not named"):
        sign(record, ann, at=at)
    with pytest.raises(IntegrityError, match="in their place for that day"), transaction.atomic():
        past_the_service()


def test_a_deputy_who_lost_the_role_or_left_signs_nothing(cast):
    ann = manager(cast)
    name(cast, ann)
    record = waiting_for_manager(cast)
    RoleGrant.objects.filter(user=ann).delete()
    ann = User.objects.get(pk=ann.pk)

    with pytest.raises(records.CannotSign, match="not named"):
        sign(record, ann)


def test_a_deputy_sends_back_and_revokes_what_they_signed(cast):
    ann = manager(cast)
    name(cast, ann)
    record, other = waiting_for_manager(cast), waiting_for_manager(cast)

    assert send_back(record, ann).state == "SENT_BACK"
    sign(other, ann)
    assert revoke(other, ann).state == "LOGGED"


def test_who_signed_for_another_revokes_it_after_the_time_is_over_and_nobody_elses(cast):
    ann = manager(cast)
    delegation = name(cast, ann)
    record, other = waiting_for_manager(cast), waiting_for_manager(cast)
    sign(record, ann)
    delegations.end_delegation(delegation_id=delegation.pk, by=cast.lin, at=NOW)

    assert revoke(record, ann).state == "LOGGED"
    with pytest.raises(records.CannotRevoke):
        revoke(other, ann)
    with pytest.raises(records.CannotSign):
        sign(other, ann)


# --- never oneself, never the same person twice -----------------------------------------------------------------------


def test_a_deputy_of_both_signs_one_of_the_two_and_not_the_other(cast):
    both = UserFactory(agency=cast.police, name="Both Other", roles=["MENTOR", "LINE_MANAGER"])
    delegation = name(cast, both)
    mentors_deputy(cast, both)
    record = log(cast)
    assert sign(record, both).role == "MENTOR"

    assert sign(record, both).role == "MENTOR", "the same again is the same"
    assert state_of(record) == "MENTOR_SIGNED"
    record.refresh_from_db()
    assert moves_open_to(both, record, on=TODAY) == {RecordMove.REVOKE}
    with pytest.raises(records.CannotSendBack):
        send_back(record, both)
    assert not TrainingRecord.objects.to_sign_by(both, on=TODAY).exists()
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        signature(record, "LINE_MANAGER", signer=both, on_behalf_of=cast.lin, delegation=delegation)
    assert sign(record, cast.lin).role == "LINE_MANAGER"


def test_the_named_mentor_never_signs_as_the_line_managers_deputy(cast):
    both = UserFactory(agency=cast.police, name="Both Other", roles=["MENTOR", "LINE_MANAGER"])
    delegation = name(cast, both)
    record = log(cast, mentor=both)
    stand_in = mentor(cast)
    mentors_deputy(cast, stand_in, absent=both, by=both)
    sign(record, stand_in)

    with pytest.raises(records.CannotSign):
        sign(record, both)
    assert not TrainingRecord.objects.to_sign_by(both, on=TODAY).exists()
    with pytest.raises(IntegrityError, match="other of the two"), transaction.atomic():
        signature(record, "LINE_MANAGER", signer=both, on_behalf_of=cast.lin, delegation=delegation)


def test_the_named_line_manager_never_signs_as_the_mentors_deputy(cast):
    both = UserFactory(agency=cast.police, name="Both Other", roles=["MENTOR", "LINE_MANAGER"])
    delegation = mentors_deputy(cast, both)
    record = log(cast, line_manager=both)

    with pytest.raises(records.CannotSign, match="mentor signs first"):
        sign(record, both)
    assert not TrainingRecord.objects.to_sign_by(both, on=TODAY).exists()
    with pytest.raises(IntegrityError, match="other of the two"), transaction.atomic():
        signature(record, "MENTOR", signer=both, on_behalf_of=cast.moss, delegation=delegation)


def test_nobody_signs_their_own_record_as_a_deputy(cast):
    learner = manager(cast, team=cast.hub_team)
    delegation = name(cast, learner)
    record = log(cast, person=learner)
    sign(record, cast.moss)

    with pytest.raises(records.CannotSign, match="not named"):
        sign(record, learner)
    assert not TrainingRecord.objects.to_sign_by(learner, on=TODAY).exists()
    with pytest.raises(IntegrityError, match="their own"), transaction.atomic():
        signature(record, "LINE_MANAGER", signer=learner, on_behalf_of=cast.lin, delegation=delegation)


# --- what the database refuses ----------------------------------------------------------------------------------------


def test_the_database_refuses_a_signature_for_another_that_does_not_fit_its_delegation(cast):
    ann, record = manager(cast), waiting_for_manager(cast)
    of_somebody_else = SigningDelegationFactory(
        role="LINE_MANAGER", absent=manager(cast), deputy=ann, starts_on=TODAY, made_by=cast.tess
    )
    as_mentor = SigningDelegationFactory(absent=cast.lin, deputy=ann, starts_on=TODAY, made_by=cast.tess)
    good = name(cast, ann)
    for fields in (
        {"delegation": of_somebody_else},
        {"delegation": of_somebody_else, "on_behalf_of": of_somebody_else.absent},
        {"delegation": as_mentor},
        {"signer": cast.tess},
    ):
        right = {"signer": ann, "on_behalf_of": cast.lin, "delegation": good}
        with pytest.raises(IntegrityError, match="in their place"), transaction.atomic():
            signature(record, "LINE_MANAGER", **right | fields)


@pytest.mark.parametrize("missing", ["on_behalf_of", "delegation"])
def test_the_database_refuses_half_of_the_two_names(cast, missing):
    ann, record = manager(cast), waiting_for_manager(cast)
    fields = {"signer": ann, "on_behalf_of": cast.lin, "delegation": name(cast, ann)}
    fields[missing] = None

    with pytest.raises(IntegrityError), transaction.atomic():
        signature(record, "LINE_MANAGER", **fields)


def test_the_database_refuses_a_record_completed_by_who_did_not_sign(cast):
    record = TrainingRecordFactory(person=cast.olu, state="COMPLETE", line_manager=cast.lin)
    checked_now()

    with pytest.raises(IntegrityError, match="who signed second"), transaction.atomic():
        checked_now(lambda: TrainingRecord.objects.filter(pk=record.pk).update(completed_by=cast.tess))


@pytest.mark.parametrize(
    "fields",
    [
        {"deputy": "lin"},
        {"made_by": "deputy"},
        {"ends_on": TODAY - timedelta(days=1)},
        {"ends_on": TODAY + timedelta(days=93)},
        {"ended_at": NOW},
        {"ended_by": "tess"},
    ],
)
def test_the_database_refuses_a_deputy_who_cannot_be(cast, fields):
    ann = manager(cast)
    people = {"lin": cast.lin, "tess": cast.tess, "deputy": ann}
    fields = {key: people.get(value, value) if isinstance(value, str) else value for key, value in fields.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        SigningDelegationFactory(
            **{"role": "LINE_MANAGER", "absent": cast.lin, "deputy": ann, "starts_on": TODAY} | fields
        )


def test_the_database_refuses_two_deputies_at_a_time(cast):
    SigningDelegationFactory(absent=cast.moss, starts_on=TODAY)

    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        SigningDelegationFactory(absent=cast.moss, starts_on=TODAY + timedelta(days=6))


@pytest.mark.parametrize("change", ["deputy", "longer", "gone", "ended twice"])
def test_the_database_lets_a_delegation_end_early_and_changes_nothing_else(cast, change):
    delegation = name(cast, manager(cast))
    one = SigningDelegation.objects.filter(pk=delegation.pk)
    ended = {"ended_at": NOW, "ended_by": cast.lin, "ends_on": TODAY}
    if change == "ended twice":
        one.update(**ended)
    deeds = {
        "deputy": lambda: one.update(**ended | {"deputy": manager(cast)}),
        "longer": lambda: one.update(**ended | {"ends_on": LATER + timedelta(days=9)}),
        "gone": lambda: one._raw_delete("default"),
        "ended twice": lambda: one.update(**ended | {"ended_by": cast.tess}),
    }

    with pytest.raises(DatabaseError, match="not (changed|removed)"), transaction.atomic():
        deeds[change]()


# --- at the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_managers_sign_at_the_same_moment_and_one_signature_is_kept():
    cast = make_cast()
    ann = manager(cast)
    name(cast, ann)
    for _ in range(4):
        record = waiting_for_manager(cast)

        given = at_once(partial(sign, record, cast.lin), partial(sign, record, ann), refusal=records.CannotSign)

        signed = record.signatures.filter(role="LINE_MANAGER").get()
        refused = [one for one in given if isinstance(one, records.CannotSign)]
        assert [str(one) for one in refused] == ["This record is signed already."]
        record.refresh_from_db()
        assert (record.state, record.completed_by) == ("COMPLETE", signed.signer)


@pytest.mark.django_db(transaction=True)
def test_two_who_name_each_other_at_the_same_moment_do_not_wait_for_each_other():
    cast = make_cast()
    ann = manager(cast)
    for days in range(4):
        starts_on = TODAY + timedelta(days=30 * days)

        given = at_once(
            partial(name, cast, ann, absent=cast.lin, by=cast.lin, starts_on=starts_on, last_day=starts_on),
            partial(name, cast, cast.lin, absent=ann, by=ann, starts_on=starts_on, last_day=starts_on),
        )

        assert [one.absent for one in given] == [cast.lin, ann]


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_the_same_moment_past_the_service_are_told_apart_by_the_database():
    cast = make_cast()
    ann = manager(cast)
    delegation = name(cast, ann)
    record = waiting_for_manager(cast)

    def completed(by, **fields) -> None:
        with transaction.atomic():
            signature(record, "LINE_MANAGER", signer=by, **fields)
            TrainingRecord.objects.filter(pk=record.pk).update(state="COMPLETE", completed_at=NOW, completed_by=by)

    given = at_once(
        partial(completed, cast.lin),
        partial(completed, ann, on_behalf_of=cast.lin, delegation=delegation),
        refusal=IntegrityError,
    )

    assert [type(one) for one in given if one is not None] == [IntegrityError]
    assert Signature.objects.valid().filter(record=record, role="LINE_MANAGER").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_deputy_waits_for_the_end_of_their_time_and_then_signs_nothing():
    cast = make_cast()
    ann = manager(cast)
    delegation = name(cast, ann)
    record = waiting_for_manager(cast)

    given = while_another_waits(
        lambda: delegations.end_delegation(delegation_id=delegation.pk, by=cast.lin, at=NOW),
        partial(sign, record, ann),
        refusal=records.CannotSign,
    )

    assert str(given) == "You no longer sign in the place of somebody else."
    assert state_of(record) == "MENTOR_SIGNED"


@pytest.mark.django_db(transaction=True)
def test_two_who_name_a_deputy_at_the_same_moment_name_one():
    cast = make_cast()
    first, second = manager(cast), manager(cast)

    given = at_once(
        partial(name, cast, first), partial(name, cast, second, by=cast.tess), refusal=delegations.CannotDelegate
    )

    assert sum(isinstance(one, SigningDelegation) for one in given) == 1
    assert SigningDelegation.objects.count() == 1


# --- who sees what, what waits, and the pages -------------------------------------------------------------------------


def test_a_deputy_sees_what_is_open_while_it_lasts_and_afterwards_what_they_signed(cast):
    ann = manager(cast)
    delegation = name(cast, ann)
    signed, open_one = waiting_for_manager(cast), waiting_for_manager(cast)
    TrainingRecordFactory(person=cast.olu, line_manager=cast.lin, state="COMPLETE")
    sign(signed, ann)

    assert set(TrainingRecord.objects.visible_to(ann, on=TODAY)) == {signed, open_one}
    delegations.end_delegation(delegation_id=delegation.pk, by=cast.lin, at=NOW)
    assert set(TrainingRecord.objects.visible_to(ann, on=TODAY)) == {signed}


def test_what_waits_for_who_is_away_waits_for_their_deputy_too(cast):
    ann = manager(cast)
    name(cast, ann)
    waiting_for_manager(cast)

    for one in (cast.lin, ann):
        assert [(line.title, line.count) for line in waiting_for(one, at=NOW)] == [
            ("Training records to sign as line manager", 1)
        ]
    assert waiting_for(ann, at=NOW + timedelta(days=7)) == []


def test_mail_goes_to_the_deputy_while_there_is_one_and_may_sign(cast, mailoutbox, monkeypatch):
    monkeypatch.setattr("training.notifications.timezone.now", lambda: NOW)
    both = UserFactory(agency=cast.police, name="Both Other", roles=["MENTOR", "LINE_MANAGER"])
    name(cast, both)
    record, as_mentor = waiting_for_manager(cast), log(cast, mentor=both)
    sign(as_mentor, both)
    for one in (record, as_mentor):
        tasks.email_next_signer(lease=None, record_id=str(one.pk))

    assert [mail.to for mail in mailoutbox] == [[both.email], [cast.lin.email]]


def address(page: str, *arguments: object) -> str:
    return reverse(f"training:{page}", args=arguments)


def typed(field: str, on: date) -> dict[str, str]:
    return {f"{field}_0": str(on.day), f"{field}_1": str(on.month), f"{field}_2": str(on.year)}


def today() -> date:
    return SigningDelegationFactory.build(absent=None, agency=None, deputy=None, made_by=None).starts_on


def test_a_line_manager_names_a_deputy_who_signs(client: CarefulClient, cast):
    ann = manager(cast)
    record = waiting_for_manager(cast)
    client.force_login(cast.lin)
    data = {"place": f"{cast.lin.pk}:LINE_MANAGER", "deputy": str(ann.pk)}
    data |= typed("starts_on", today()) | typed("last_day", today() + timedelta(days=3))

    page = client.post(address("delegation_new"), data, follow=True)
    assert "Ann Other signs in the place of Lin Fictitious" in text_of(page)

    client.force_login(ann)
    page = client.get(address("sign_offs"))
    assert "For Lin Fictitious, away until" in text_of(page)
    page = client.get(address("record_sign", record.pk))
    assert "Sign in the place of the line manager" in text_of(page)
    assert "I sign in the place of Lin Fictitious, who is away." in text_of(page)
    words = {"version": "1", "has_read": "on", "confirms": "on", "signed_as": "Ann Other"}
    page = client.post(address("record_sign", record.pk), words, follow=True)
    assert "Signed in the place of the line manager, Lin Fictitious by Ann Other" in text_of(page)
    assert "Back to sign-offs" in text_of(page)


def test_input_that_is_wrong_is_kept_beside_its_error_and_changes_nothing(client: CarefulClient, cast):
    ann = manager(cast)
    client.force_login(cast.lin)
    data = {"place": f"{cast.lin.pk}:LINE_MANAGER", "deputy": str(ann.pk)}
    for first, last, words in (
        (today() - timedelta(days=1), today(), "The first day cannot be in the past"),
        (today() + timedelta(days=4), today(), "The last day cannot be before the first"),
        (today(), today() + timedelta(days=92), "The last day must be within 92 days of the first"),
    ):
        page = client.post(address("delegation_new"), data | typed("starts_on", first) | typed("last_day", last))
        assert page.status_code == 422
        assert words in text_of(page)
        assert f'value="{ann.pk}" selected' in page.content.decode()
    days = typed("starts_on", today()) | typed("last_day", today())
    page = client.post(address("delegation_new"), data | days | {"deputy": str(cast.moss.pk)})
    assert (page.status_code, "may not sign as line manager" in text_of(page)) == (422, True)
    assert not SigningDelegation.objects.exists()


def test_looking_at_other_peoples_deputies_is_recorded_and_at_ones_own_is_not(client: CarefulClient, cast):
    name(cast, manager(cast))
    client.force_login(cast.lin)
    client.get(address("delegations"))
    client.force_login(cast.tess)
    client.get(address("delegations"))

    read = Entry.objects.filter(what="training.deputies_listed")
    assert [entry.details for entry in read.order_by("pk")] == [{"deputies": 1}, {"deputies": 1}]


@pytest.mark.parametrize("page", ["delegations", "sign_offs"])
def test_lists_have_a_flat_query_count(client: CarefulClient, cast, page):
    ann = manager(cast)
    client.force_login(ann)

    def one_more() -> None:
        absent = manager(cast, name="Away Other")
        SigningDelegationFactory(role="LINE_MANAGER", absent=absent, deputy=ann, starts_on=today(), made_by=cast.tess)
        sign(log(cast, line_manager=absent), cast.moss)

    counts = []
    for more in (1, 2):
        for _ in range(more):
            one_more()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert "Away Other" in text_of(client.get(address(page)))
        counts.append(len(queries))
    assert counts[0] == counts[1]
