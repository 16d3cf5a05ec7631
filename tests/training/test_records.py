"""A record from logging to the second signature; sending back, correcting, revoking; and what the database itself refuses."""

import threading
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from audit.models import Entry
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.training import EVIDENCE, LOGGED, ModuleVersionFactory, TrainingRecordFactory
from tests.people import NOW, Cast, make_cast
from training import tasks
from training.enums import RECORD_MOVES, STATEMENTS, RecordMove, RecordState, SignerRole
from training.models import RecordVersion, SendingBack, Signature, SignatureRevocation, TrainingRecord
from training.queries.records import are_signatures_true, history_of, records_to_read, waiting_for
from training.services import records

DATES = {
    Signature: "signed_at",
    SignatureRevocation: "revoked_at",
    RecordVersion: "written_at",
    SendingBack: "sent_at",
}
REASON = "Say which calls were discussed."


def log(cast: Cast, **fields) -> TrainingRecord:
    """Tess logs a module for Olu; Moss is his mentor and Lin his line manager."""
    if "module_version" not in fields:
        fields["module_version"] = ModuleVersionFactory(module__force=cast.police)
    defaults = {
        "person": cast.olu,
        "done_on": date(2026, 11, 2),
        "method": "FACE_TO_FACE",
        "evidence": EVIDENCE,
        "mentor": cast.moss,
        "line_manager": cast.lin,
        "by": cast.tess,
        "at": NOW,
    }
    return records.log_module(**defaults | fields)


def sign(record: TrainingRecord, by, *, version: int = 1, name: str = "", at=NOW) -> Signature:
    return records.sign(record_id=record.pk, version=version, signed_as=name or by.name, by=by, at=at)


def send_back(record: TrainingRecord, by, reason: str = REASON) -> TrainingRecord:
    return records.send_back(record_id=record.pk, reason=reason, by=by, at=NOW)


def revoke(record: TrainingRecord, by, reason: str = "Signed for the wrong person.") -> TrainingRecord:
    return records.revoke_signatures(record_id=record.pk, reason=reason, by=by, at=NOW)


def correct(record: TrainingRecord, cast: Cast, **fields) -> TrainingRecord:
    defaults = {
        "done_on": date(2026, 11, 2),
        "method": "FACE_TO_FACE",
        "evidence": "Three fictitious calls of October, read together and recorded again.",
        "mentor": cast.moss,
        "line_manager": cast.lin,
        "by": cast.tess,
        "at": NOW,
    }
    return records.correct_record(record_id=record.pk, **defaults | fields)


def state_of(record: TrainingRecord) -> str:
    return TrainingRecord.objects.get(pk=record.pk).state


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("what", flat=True))


# --- the journey ------------------------------------------------------------------------------------------------------


def test_mentor_then_line_manager_sign_and_the_record_is_complete(cast):
    record = log(cast)
    assert record.state == "LOGGED"

    sign(record, cast.moss)
    assert state_of(record) == "MENTOR_SIGNED"
    sign(record, cast.lin, at=NOW + timedelta(hours=1))

    record.refresh_from_db()
    assert (record.state, record.completed_at, record.completed_by) == ("COMPLETE", NOW + timedelta(hours=1), cast.lin)
    assert record.lapses_on == date(2028, 11, 2)
    assert verbs() == ["training.record_logged", "training.record_signed", "training.record_signed"]
    assert list(Job.objects.order_by("created_at").values_list("task", flat=True)) == [
        tasks.email_next_signer.task_name,
        tasks.email_next_signer.task_name,
        tasks.email_person_about_completion.task_name,
    ]


def test_a_signature_keeps_who_when_the_version_the_words_and_a_hash_of_the_content(cast):
    record = log(cast)

    signature = sign(record, cast.moss, name=" moss  FICTITIOUS ")

    assert (signature.signer, signature.role, signature.version, signature.signed_at) == (cast.moss, "MENTOR", 1, NOW)
    assert (signature.statement, signature.signed_as) == (STATEMENTS[SignerRole.MENTOR], "moss  FICTITIOUS")
    assert signature.content_sha256 == record.versions.get().content_hash(record)
    assert are_signatures_true(record)


def test_the_line_manager_does_not_sign_before_the_mentor(cast):
    record = log(cast)

    with pytest.raises(records.CannotSign, match="The mentor signs first"):
        sign(record, cast.lin)
    assert (state_of(record), Signature.objects.count()) == ("LOGGED", 0)


def test_signing_the_same_version_again_changes_nothing(cast):
    record = log(cast)
    first = sign(record, cast.moss)

    assert sign(record, cast.moss, at=NOW + timedelta(days=1)) == first
    assert Signature.objects.count() == 1
    assert verbs().count("training.record_signed") == 1


def test_a_version_that_was_corrected_meanwhile_is_not_signed(cast):
    record = log(cast)
    send_back(record, cast.moss)
    correct(record, cast)

    with pytest.raises(records.CannotSign, match="has changed since you opened it"):
        sign(record, cast.moss, version=1)
    sign(record, cast.moss, version=2)


@pytest.mark.parametrize("name", ["Moss", "Lin Fictitious", "Moss Fictitious Junior"])
def test_a_signature_under_another_name_is_refused(cast, name):
    with pytest.raises(records.CannotSign, match="Write your name as it stands in your account"):
        sign(log(cast), cast.moss, name=name)


@pytest.mark.parametrize("name", ["olu", "tess", "sam", "mina", "out", "ada"])
def test_nobody_signs_or_sends_back_who_is_not_named(cast, name):
    person, record = getattr(cast, name), log(cast)

    with pytest.raises(records.CannotSign, match="not named"):
        sign(record, person)
    with pytest.raises(records.CannotSendBack, match="not named"):
        send_back(record, person)


def test_another_mentor_does_not_sign_in_the_place_of_the_named_one(cast):
    other = UserFactory(agency=cast.police, roles=["MENTOR", "LINE_MANAGER"])

    with pytest.raises(records.CannotSign):
        sign(log(cast), other)


def test_a_mentor_whose_role_has_ended_signs_no_more(cast):
    record = log(cast)
    cast.moss.role_grants.update(ends_on=date(2026, 1, 1))
    moss = type(cast.moss).objects.get(pk=cast.moss.pk)

    with pytest.raises(records.CannotSign):
        sign(record, moss)


# --- logging ----------------------------------------------------------------------------------------------------------


def test_the_same_person_is_never_mentor_and_line_manager(cast):
    both = UserFactory(agency=cast.police, roles=["MENTOR", "LINE_MANAGER"])

    with pytest.raises(records.CannotLog, match="two people"):
        log(cast, mentor=both, line_manager=both)


def test_nobody_signs_off_their_own_training(cast):
    with pytest.raises(records.CannotLog, match="own training"):
        log(cast, person=cast.moss)
    with pytest.raises(records.CannotLog, match="own training"):
        log(cast, person=cast.lin)


def test_a_trainer_does_not_log_their_own_training(cast):
    with pytest.raises(records.CannotLog, match="ask another trainer"):
        log(cast, person=cast.tess)


@pytest.mark.parametrize("name", ["olu", "moss", "lin", "sam", "ada", "out"])
def test_only_a_trainer_logs_a_module(cast, name):
    with pytest.raises(records.CannotLog, match="Only a trainer"):
        log(cast, by=getattr(cast, name))


def test_a_trainer_logs_for_people_and_modules_of_the_own_agency_only(cast):
    with pytest.raises(records.CannotLog, match="not of your agency"):
        log(cast, person=cast.pat)
    with pytest.raises(records.CannotLog, match="not one of your agency's"):
        log(cast, module_version=ModuleVersionFactory())
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MENTOR"])
    with pytest.raises(records.CannotLog, match="may not sign as mentor"):
        log(cast, mentor=stranger)


def test_signers_need_the_role(cast):
    with pytest.raises(records.CannotLog, match="may not sign as mentor"):
        log(cast, mentor=cast.mina)
    with pytest.raises(records.CannotLog, match="may not sign as line manager"):
        log(cast, line_manager=cast.sam)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"done_on": date(2026, 11, 21)}, "future"),
        ({"method": "TELEPATHY"}, "how the module was done"),
        ({"evidence": "  fine    "}, "At least 10 characters"),
    ],
)
def test_what_cannot_be_is_not_logged(cast, fields, message):
    with pytest.raises(records.CannotLog, match=message):
        log(cast, **fields)
    assert not TrainingRecord.objects.exists()


def test_one_record_of_a_module_is_open_at_a_time_and_a_complete_one_may_be_repeated(cast):
    record = log(cast)
    with pytest.raises(records.CannotLog, match="has an open record"):
        log(cast, module_version=record.module_version)
    sign(record, cast.moss)
    sign(record, cast.lin)

    log(cast, module_version=record.module_version)

    assert TrainingRecord.objects.filter(person=cast.olu).count() == 2


# --- sending back, correcting, revoking -------------------------------------------------------------------------------


def test_sent_back_by_the_line_manager_the_mentors_signature_falls_and_the_next_version_is_signed_by_both(cast):
    record = log(cast)
    sign(record, cast.moss)

    send_back(record, cast.lin)
    assert state_of(record) == "SENT_BACK"
    assert SignatureRevocation.objects.get().revoked_by == cast.lin
    correct(record, cast)
    sign(record, cast.moss, version=2)
    sign(record, cast.lin, version=2)

    assert state_of(record) == "COMPLETE"
    assert [(one.version, one.role) for one in Signature.objects.valid().order_by("role")] == [
        (2, "LINE_MANAGER"),
        (2, "MENTOR"),
    ]
    shown = records_to_read().get(pk=record.pk)
    assert are_signatures_true(shown)
    assert sorted(one.title for one in history_of(shown)) == [
        "Corrected: version 2",
        "Logged",
        "Signature of the mentor revoked",
        "Signed by the line manager",
        "Signed by the mentor",
        "Signed by the mentor",
        "Version 1 sent back",
    ]


def test_who_is_not_asked_yet_does_not_send_back(cast):
    record = log(cast)

    with pytest.raises(records.CannotSendBack, match="whose turn it is"):
        send_back(record, cast.lin)
    sign(record, cast.moss)
    with pytest.raises(records.CannotSendBack, match="whose turn it is"):
        send_back(record, cast.moss)


def test_sending_back_and_revoking_need_a_reason(cast):
    record = log(cast)
    with pytest.raises(records.CannotSendBack, match="Say what is missing"):
        send_back(record, cast.moss, reason=" short ")
    sign(record, cast.moss)
    with pytest.raises(records.CannotRevoke, match="Say why"):
        revoke(record, cast.moss, reason="")
    assert state_of(record) == "MENTOR_SIGNED"


def test_a_record_that_was_sent_back_is_not_signed(cast):
    record = log(cast)
    send_back(record, cast.moss)

    with pytest.raises(records.CannotSign, match="was sent back"):
        sign(record, cast.moss)


def test_only_a_trainer_corrects_and_only_what_was_sent_back(cast):
    record = log(cast)
    with pytest.raises(records.CannotCorrect, match="after it was sent back"):
        correct(record, cast)
    send_back(record, cast.moss)
    for person in (cast.moss, cast.lin, cast.olu, cast.sam):
        with pytest.raises(records.CannotCorrect, match="Only a trainer"):
            correct(record, cast, by=person)


def test_a_correction_may_name_other_signers(cast):
    other = UserFactory(agency=cast.police, roles=["MENTOR"])
    record = log(cast)
    send_back(record, cast.moss)

    correct(record, cast, mentor=other)

    sign(record, other, version=2)
    with pytest.raises(records.CannotSign, match="not named"):
        sign(record, cast.moss, version=2)


@pytest.mark.parametrize("name", ["moss", "lin", "tess"])
def test_signers_and_trainer_revoke_and_everything_is_signed_again(cast, name):
    record = log(cast)
    sign(record, cast.moss)
    sign(record, cast.lin)

    revoke(record, getattr(cast, name))

    record.refresh_from_db()
    assert (record.state, record.completed_at, record.completed_by, record.lapses_on) == ("LOGGED", None, None, None)
    assert Signature.objects.count() == 2
    assert not Signature.objects.valid().exists()
    sign(record, cast.moss)
    sign(record, cast.lin)
    assert state_of(record) == "COMPLETE"


@pytest.mark.parametrize("name", ["olu", "sam", "mina", "ada"])
def test_nobody_else_revokes(cast, name):
    record = log(cast)
    sign(record, cast.moss)

    with pytest.raises(records.CannotRevoke):
        revoke(record, getattr(cast, name))


def test_there_is_nothing_to_revoke_before_somebody_signed(cast):
    with pytest.raises(records.CannotRevoke, match="no signature"):
        revoke(log(cast), cast.tess)


def test_a_change_whose_audit_entry_fails_does_not_happen(cast, monkeypatch):
    record = log(cast)

    def broken(**_kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(records.audit, "record", broken)
    with pytest.raises(RuntimeError):
        sign(record, cast.moss)
    assert (state_of(record), Signature.objects.count()) == ("LOGGED", 0)


@pytest.mark.parametrize("move", RecordMove)
@pytest.mark.parametrize("state", RecordState)
def test_every_move_that_is_not_in_the_table_is_refused(cast, state, move):
    record = TrainingRecordFactory(
        person=cast.olu, trainer=cast.tess, mentor=cast.moss, line_manager=cast.lin, state=state
    )
    moves = {
        RecordMove.SIGN_AS_MENTOR: lambda: sign(record, cast.moss),
        RecordMove.SIGN_AS_LINE_MANAGER: lambda: sign(record, cast.lin),
        RecordMove.SEND_BACK: lambda: send_back(record, cast.lin if state == "MENTOR_SIGNED" else cast.moss),
        RecordMove.CORRECT: lambda: correct(record, cast),
        RecordMove.REVOKE: lambda: revoke(record, cast.tess),
    }
    signed_already = (move, state) in (
        (RecordMove.SIGN_AS_MENTOR, RecordState.MENTOR_SIGNED),
        (RecordMove.SIGN_AS_MENTOR, RecordState.COMPLETE),
        (RecordMove.SIGN_AS_LINE_MANAGER, RecordState.COMPLETE),
    )
    if (move, state) in RECORD_MOVES:
        moves[move]()
        assert state_of(record) == RECORD_MOVES[move, state]
    elif signed_already:
        moves[move]()  # the signature that is there
        assert state_of(record) == state
    else:
        with pytest.raises(records.DomainError):
            moves[move]()
        assert state_of(record) == state


# --- what the database refuses, whoever asks ----------------------------------------------------------------------------


def signature(record: TrainingRecord, role: str, **fields) -> Signature:
    """A signature written past the services."""
    signer = record.mentor if role == "MENTOR" else record.line_manager
    content = record.versions.get(number=record.version)
    defaults = {
        "record": record,
        "version": record.version,
        "role": role,
        "signer": signer,
        "signed_as": signer.name,
        "statement": "Yes.",
        "content_sha256": content.content_hash(record),
        "signed_at": NOW,
    }
    return Signature.objects.create(**defaults | fields)


def checked_now(deed=lambda: None) -> None:
    """Do it, and check at once what is checked at the end of a transaction."""
    deed()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    "fields",
    [
        {"mentor": "lin"},
        {"mentor": "olu"},
        {"line_manager": "olu"},
        {"trainer": "olu"},
        {"version": 0},
        {"completed_at": NOW},
        {"lapses_on": date(2027, 1, 1)},
    ],
)
def test_the_database_refuses_a_record_that_cannot_be(cast, fields):
    fields = {name: getattr(cast, value) if isinstance(value, str) else value for name, value in fields.items()}
    people = {"person": cast.olu, "trainer": cast.tess, "mentor": cast.moss, "line_manager": cast.lin}

    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingRecordFactory(**people | fields)


def test_the_database_refuses_a_second_open_record_of_a_module(cast):
    record = TrainingRecordFactory(person=cast.olu)

    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingRecordFactory(person=cast.olu, module_version=record.module_version)


def test_the_database_refuses_a_line_managers_signature_before_the_mentors(cast):
    with pytest.raises(IntegrityError, match="mentor signs before"), transaction.atomic():
        signature(TrainingRecordFactory(person=cast.olu), "LINE_MANAGER")


def test_the_database_refuses_a_signature_by_somebody_else(cast):
    record = TrainingRecordFactory(person=cast.olu, state="MENTOR_SIGNED")

    with pytest.raises(IntegrityError, match="who is named"), transaction.atomic():
        signature(record, "LINE_MANAGER", signer=record.mentor)


def test_the_database_refuses_a_second_valid_signature_in_a_role(cast):
    with pytest.raises(IntegrityError, match="already"), transaction.atomic():
        signature(TrainingRecordFactory(person=cast.olu, state="MENTOR_SIGNED"), "MENTOR")


def test_the_database_refuses_a_signature_of_another_version(cast):
    with pytest.raises(IntegrityError, match="version that counts"), transaction.atomic():
        signature(TrainingRecordFactory(person=cast.olu), "MENTOR", version=2)


@pytest.mark.parametrize("fields", [{"statement": ""}, {"signed_as": ""}, {"content_sha256": "0"}])
def test_the_database_refuses_a_signature_that_does_not_say_what_was_signed(cast, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        signature(TrainingRecordFactory(person=cast.olu), "MENTOR", **fields)


@pytest.mark.parametrize("model", [Signature, SignatureRevocation, RecordVersion, SendingBack])
@pytest.mark.parametrize("deed", ["save", "update", "bulk update", "delete", "truncate"])
def test_the_database_lets_nobody_change_or_delete_what_was_signed(cast, model, deed):
    record = log(cast)
    sign(record, cast.moss)
    send_back(record, cast.lin)
    checked_now()
    one = model.objects.get()
    table = model._meta.db_table
    guard = {
        "training_signature": "signature",
        "training_signaturerevocation": "revocation",
        "training_recordversion": "version",
        "training_sendingback": "sending_back",
    }[table]
    deeds = {
        "save": one.save,
        "bulk update": lambda: model.objects.bulk_update([one], [DATES[model]]),
        "update": lambda: model.objects.update(id=F("id")),
        "delete": lambda: model.objects.all()._raw_delete("default"),
        "truncate": lambda: cursor.execute(f"TRUNCATE {table} CASCADE"),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER training_{guard}_no_truncate")
        with pytest.raises(DatabaseError, match="stand as they are"), transaction.atomic():
            deeds[deed]()
        transaction.set_rollback(True)


@pytest.mark.parametrize("order", [["LINE_MANAGER", "MENTOR"], ["MENTOR", "MENTOR"]])
def test_the_database_refuses_signatures_in_bulk_that_are_out_of_order(cast, order):
    record = TrainingRecordFactory(person=cast.olu)
    fields = {"record": record, "version": 1, "signed_as": "Yes", "statement": "Yes.", "content_sha256": "0" * 64}
    signers = {"MENTOR": record.mentor, "LINE_MANAGER": record.line_manager}
    signatures = [Signature(role=role, signer=signers[role], signed_at=NOW, **fields) for role in order]

    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.bulk_create(signatures)
    assert not Signature.objects.exists()


def test_the_database_refuses_a_state_without_its_signatures(cast):
    record = TrainingRecordFactory(person=cast.olu)
    one = TrainingRecord.objects.filter(pk=record.pk)

    with pytest.raises(IntegrityError, match="signed as its state says"), transaction.atomic():
        checked_now(lambda: one.update(state="COMPLETE", completed_at=NOW, completed_by=record.line_manager))


def test_the_database_refuses_signatures_without_their_state(cast):
    record = TrainingRecordFactory(person=cast.olu)

    with pytest.raises(IntegrityError, match="signed as its state says"), transaction.atomic():
        checked_now(lambda: signature(record, "MENTOR"))


def test_the_database_refuses_a_sent_back_record_without_who_when_and_why(cast):
    record = TrainingRecordFactory(person=cast.olu)
    one = TrainingRecord.objects.filter(pk=record.pk)

    with pytest.raises(IntegrityError, match="by whom, when and why"), transaction.atomic():
        checked_now(lambda: one.update(state="SENT_BACK"))


def test_the_database_refuses_a_record_without_its_version(cast):
    record = TrainingRecordFactory(person=cast.olu)
    one = TrainingRecord.objects.filter(pk=record.pk)

    with pytest.raises(IntegrityError, match="version that counts"), transaction.atomic():
        checked_now(lambda: one.update(version=2))


@pytest.mark.parametrize("field", ["person", "trainer", "mentor", "line_manager"])
def test_the_database_refuses_to_move_a_signed_record_to_somebody_else(cast, field):
    record = TrainingRecordFactory(person=cast.olu, state="COMPLETE")
    other = UserFactory(agency=cast.police)

    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingRecord.objects.filter(pk=record.pk).update(**{field: other})


def test_a_content_that_was_tampered_with_past_the_guard_shows(cast):
    record = log(cast)
    sign(record, cast.moss)
    checked_now()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE training_recordversion DISABLE TRIGGER training_version_append_only")
        checked_now(lambda: record.versions.update(evidence="Something else altogether."))
        cursor.execute("ALTER TABLE training_recordversion ENABLE TRIGGER training_version_append_only")

    assert not are_signatures_true(records_to_read().get(pk=record.pk))


# --- at the same moment -----------------------------------------------------------------------------------------------


def at_once(*deeds) -> list[Exception]:
    """Run these in threads that begin together; returns what they raised."""
    together, failures = threading.Barrier(len(deeds)), []

    def run(deed) -> None:
        try:
            together.wait(timeout=10)
            deed()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return failures


@pytest.mark.django_db(transaction=True)
def test_the_same_signature_eight_times_at_the_same_moment_is_kept_once():
    cast = make_cast()
    record = log(cast)

    failures = at_once(*[lambda: sign(record, cast.moss)] * 8)

    assert failures == []
    assert Signature.objects.count() == 1
    assert Entry.objects.filter(what="training.record_signed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_mentor_and_line_manager_at_the_same_moment_never_sign_out_of_order():
    cast = make_cast()
    for _ in range(4):
        record = log(cast)

        failures = at_once(partial(sign, record, cast.moss), partial(sign, record, cast.lin))

        signed = list(record.signatures.order_by("role").values_list("role", flat=True))
        if failures:
            assert [type(error) for error in failures] == [records.CannotSign]
            assert (signed, state_of(record)) == (["MENTOR"], "MENTOR_SIGNED")
        else:
            assert (signed, state_of(record)) == (["LINE_MANAGER", "MENTOR"], "COMPLETE")


@pytest.mark.django_db(transaction=True)
def test_signing_and_sending_back_at_the_same_moment_is_one_or_the_other():
    cast = make_cast()
    record = log(cast)

    failures = at_once(lambda: sign(record, cast.moss), lambda: send_back(record, cast.moss))

    assert len(failures) == 1
    assert state_of(record) in ("MENTOR_SIGNED", "SENT_BACK")
    assert Signature.objects.valid().count() == (state_of(record) == "MENTOR_SIGNED")


@pytest.mark.django_db(transaction=True)
def test_two_trainers_at_the_same_moment_log_one_record():
    cast = make_cast()
    version = ModuleVersionFactory(module__force=cast.police)
    other = UserFactory(agency=cast.police, roles=["TRAINER"])

    failures = at_once(lambda: log(cast, module_version=version), lambda: log(cast, module_version=version, by=other))

    assert [type(error) for error in failures] == [records.CannotLog]
    assert TrainingRecord.objects.count() == 1


# --- who sees what, and what waits ------------------------------------------------------------------------------------


def test_the_person_the_named_signers_the_team_and_trainers_see_a_record_and_nobody_else(cast):
    record = log(cast)
    other_lead = UserFactory(agency=cast.police, team=cast.response_team, roles=["LINE_MANAGER"])
    other_mentor = UserFactory(agency=cast.police, team=cast.response_team, roles=["MENTOR"])
    other_force = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])

    seeing = {
        name for name, one in cast.everyone().items() if TrainingRecord.objects.visible_to(one, on=NOW.date()).exists()
    }

    assert seeing == {"olu", "moss", "lin", "tess"}
    assert TrainingRecord.objects.visible_to(other_lead, on=NOW.date()).get() == record
    assert not TrainingRecord.objects.visible_to(other_mentor, on=NOW.date()).exists()
    assert not TrainingRecord.objects.visible_to(other_force, on=NOW.date()).exists()


def test_what_waits_moves_from_mentor_to_line_manager_to_nobody(cast):
    def waiting() -> list[list[tuple[str, int]]]:
        people = (cast.moss, cast.lin, cast.tess, cast.olu)
        return [[(line.title, line.count) for line in waiting_for(one, at=NOW)] for one in people]

    record = log(cast)
    assert waiting() == [[("Training records to sign as mentor", 1)], [], [], []]
    sign(record, cast.moss)
    assert waiting() == [[], [("Training records to sign as line manager", 1)], [], []]
    send_back(record, cast.lin)
    assert waiting() == [[], [], [("Training records sent back to you", 1)], []]
    correct(record, cast)
    sign(record, cast.moss, version=2)
    sign(record, cast.lin, version=2)
    assert waiting() == [[], [], [], []]


def test_mail_names_nobody_and_goes_to_whose_turn_it_is(cast, mailoutbox):
    record = log(cast)
    tasks.email_next_signer(lease=None, record_id=str(record.pk))
    sign(record, cast.moss)
    tasks.email_next_signer(lease=None, record_id=str(record.pk))
    sign(record, cast.lin)
    tasks.email_next_signer(lease=None, record_id=str(record.pk))
    tasks.email_person_about_completion(lease=None, record_id=str(record.pk))

    assert [mail.to for mail in mailoutbox] == [[cast.moss.email], [cast.lin.email], [cast.olu.email]]
    for mail in mailoutbox:
        assert record.get_absolute_url() in mail.body
        for hidden in ("Olu", "Moss", "Lin", record.module_version.module.title):
            assert hidden not in mail.subject + mail.body


def test_the_trainer_gets_mail_when_a_record_comes_back(cast, mailoutbox):
    record = send_back(log(cast), cast.moss)

    tasks.email_trainer_about_sending_back(lease=None, record_id=str(record.pk))

    assert [mail.to for mail in mailoutbox] == [[cast.tess.email]]
    assert REASON not in mailoutbox[0].body


def test_a_record_lapses_on_the_day_that_its_module_says(cast):
    record = TrainingRecordFactory(person=cast.olu, state="COMPLETE", done_on=date(2024, 11, 20), logged_at=LOGGED)

    assert record.lapses_on == date(2026, 11, 20)
    assert record.is_in_date(on=date(2026, 11, 19))
    assert not record.is_in_date(on=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("done_on", "months", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 31), 25, date(2028, 2, 29)),
        (date(2026, 1, 31), None, None),
    ],
)
def test_months_end_on_a_day_that_exists(db, done_on, months, expected):
    assert ModuleVersionFactory.build(valid_months=months, module=None).lapses_on(done_on) == expected
