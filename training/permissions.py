"""Who may do what in training."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from accounts.enums import Permission
from accounts.models import User
from training.enums import (
    SIGNING_MOVES,
    SUPERVISION_MOVERS,
    InductionMove,
    RecordMove,
    SignerRole,
    SupervisionMove,
    SupervisionRole,
    TrainingSessionMove,
    next_induction_state,
    next_record_state,
    next_supervision_state,
    next_training_session_state,
)
from training.models import (
    Champion,
    CpdEntry,
    CpdImport,
    EarlierImport,
    EarlierSignOff,
    Exercise,
    ExerciseRun,
    Induction,
    InductionStep,
    Module,
    ModuleVersion,
    RegisterEntry,
    SigningDelegation,
    SkillEvidence,
    Supervision,
    SupervisionSession,
    TrainingRecord,
    TrainingSession,
)

SIGNING_PERMISSIONS = {
    SignerRole.MENTOR: Permission.SIGN_OFF_AS_MENTOR,
    SignerRole.LINE_MANAGER: Permission.SIGN_OFF_AS_LINE_MANAGER,
}


def can_keep_own_training(user: User) -> bool:
    """Whose role comes with training, and whoever has a record, an entry or a plan already, or is expected at a session."""
    return user.may(Permission.KEEP_OWN_TRAINING) or User.objects.filter(_has_training(), pk=user.pk).exists()


def _has_training() -> Q:
    models = (TrainingRecord, CpdEntry, RegisterEntry, Induction, EarlierSignOff)
    kept = [Exists(model.objects.filter(person=OuterRef("pk"))) for model in models]
    return Q(kept[0] | kept[1] | kept[2] | kept[3] | kept[4])


def can_show_skills(user: User) -> bool:
    """Write evidence of one's own."""
    return user.may(Permission.KEEP_OWN_TRAINING) and user.agency_id is not None


def can_run_training(user: User) -> bool:
    """Log training for people of the own agency, correct it, and keep modules."""
    return user.may(Permission.RUN_TRAINING) and user.agency_id is not None


def can_see_people(user: User) -> bool:
    """The lists of people: of the agency for trainers, of the own team for who leads it."""
    return can_run_training(user) or (user.may(Permission.SEE_TEAM_TRAINING) and user.team_id is not None)


def can_sign_at_all(user: User) -> bool:
    return user.may(*SIGNING_PERMISSIONS.values())


def can_run(user: User, record: TrainingRecord) -> bool:
    """Trainers of the agency whose record it is, but not for what they did themselves."""
    return can_run_training(user) and user.agency_id == record.agency_id and user.pk != record.person_id


@dataclass(frozen=True)
class SigningAs:
    """In which role somebody signs a record, and in whose place, where it is not their own."""

    role: SignerRole
    delegation: SigningDelegation | None = None

    @property
    def on_behalf_of(self) -> User | None:
        return self.delegation.absent if self.delegation else None


def signing_as(user: User, record: TrainingRecord, *, on: date) -> SigningAs | None:
    """As whom this person is to sign on that day and still may; whether it is their turn is for the table of moves.

    Who is named for one role signs in that role alone. Who is deputy of both is asked in the role whose turn it is, and
    never signs twice.
    """
    if user.pk == record.person_id:
        return None
    role = record.role_of(user)
    if role is not None:
        return SigningAs(role) if user.may(SIGNING_PERMISSIONS[role]) else None
    roles = [role for role in SignerRole if user.may(SIGNING_PERMISSIONS[role])]
    if not roles or user.agency_id != record.agency_id:
        return None
    places = SigningDelegation.objects.none()
    for role in roles:
        places |= SigningDelegation.objects.places_of(user, role, on=on).filter(absent=record.named_signer(role))
    found = {
        SignerRole(place.role): SigningAs(SignerRole(place.role), place) for place in places.select_related("absent")
    }
    if (
        SignerRole.LINE_MANAGER in found
        and record.signatures.valid().filter(role=SignerRole.MENTOR, signer=user).exists()
    ):
        return found.get(SignerRole.MENTOR)
    turn = [one for role, one in found.items() if next_record_state(SIGNING_MOVES[role], record.state) is not None]
    return next(iter([*turn, *found.values()]), None)


def can_correct(user: User, record: TrainingRecord) -> bool:
    return can_run(user, record)


def can_send_back(user: User, record: TrainingRecord, *, on: date) -> bool:
    """Who is named to sign, or signs in their place."""
    return signing_as(user, record, on=on) is not None


def can_revoke(user: User, record: TrainingRecord, *, on: date) -> bool:
    """Who is named to sign, who signs or signed in their place, and trainers."""
    return can_run(user, record) or signing_as(user, record, on=on) is not None or _signed_for_another(user, record)


def _signed_for_another(user: User, record: TrainingRecord) -> bool:
    signed = record.signatures.valid().filter(signer=user, on_behalf_of__isnull=False)
    return can_sign_at_all(user) and user.agency_id == record.agency_id and signed.exists()


def can_name_deputy_for(user: User, absent: User) -> bool:
    """The person themselves, trainers of their agency, and who leads their team."""
    if user.agency_id is None or user.agency_id != absent.agency_id:
        return False
    leads = user.may(Permission.SEE_TEAM_TRAINING) and _same_team(user, absent)
    return user.pk == absent.pk or can_run_training(user) or leads


def can_name_deputies_at_all(user: User) -> bool:
    """Who signs, for themselves; trainers and who leads a team, for others."""
    return user.agency_id is not None and (can_sign_at_all(user) or can_see_people(user))


def can_end_delegation(user: User, delegation: SigningDelegation) -> bool:
    """Who may name a deputy, and the deputy, who may say no."""
    return user.pk == delegation.deputy_id or can_name_deputy_for(user, delegation.absent)


def moves_open_to(user: User, record: TrainingRecord, *, on: date) -> set[RecordMove]:
    """The buttons that this person may be shown. Whoever sends back is the one whose turn it is to sign."""
    signing = signing_as(user, record, on=on)
    role = signing.role if signing else None
    moves: set[RecordMove] = set()
    if role is SignerRole.MENTOR:
        moves.add(RecordMove.SIGN_AS_MENTOR)
    if role is SignerRole.LINE_MANAGER:
        moves.add(RecordMove.SIGN_AS_LINE_MANAGER)
    moves = {move for move in moves if next_record_state(move, record.state) is not None}
    if moves:
        moves.add(RecordMove.SEND_BACK)
    if can_correct(user, record):
        moves.add(RecordMove.CORRECT)
    if can_revoke(user, record, on=on):
        moves.add(RecordMove.REVOKE)
    return {move for move in moves if next_record_state(move, record.state) is not None}


def can_log_cpd_for(user: User, person: User) -> bool:
    """Trainers, for the people of their agency."""
    return can_run_training(user) and user.agency_id == person.agency_id


def can_run_for(user: User, force_id: UUID) -> bool:
    """Programmes, cohorts, sessions and registers of a force: its trainers."""
    return can_run_training(user) and user.agency_id == force_id


def can_see_coverage(user: User) -> bool:
    """How many have been trained: for trainers with names, for who sees trends as counts."""
    return can_run_training(user) or (user.agency_id is not None and user.may(Permission.SEE_TRENDS))


def session_moves_open_to(user: User, session: TrainingSession, *, at: datetime) -> frozenset[TrainingSessionMove]:
    """The buttons of a session's page, for this person as it stands now."""
    if not can_run_for(user, session.force_id):
        return frozenset()
    has_begun = at >= session.starts_at
    possible = set(TrainingSessionMove)
    if not has_begun:
        possible -= {TrainingSessionMove.REGISTER, TrainingSessionMove.CLOSE}
    elif not session.is_video:
        possible -= {TrainingSessionMove.CHANGE, TrainingSessionMove.ADD}
    return frozenset(move for move in possible if next_training_session_state(move, session.state) is not None)


def can_answer_evidence_at_all(user: User) -> bool:
    """Trainers, and line managers of a team."""
    return can_run_training(user) or (user.may(Permission.SIGN_OFF_AS_LINE_MANAGER) and user.team_id is not None)


def can_answer_evidence(user: User, evidence: SkillEvidence) -> bool:
    """A trainer of the agency whose skill it is, or a line manager of their team; never the person, nor where they have moved on."""
    if user.pk == evidence.person_id or not user.agency_id == evidence.agency_id == evidence.person.agency_id:
        return False
    leads = user.may(Permission.SIGN_OFF_AS_LINE_MANAGER) and user.team_id == evidence.person.team_id
    return can_run_training(user) or (leads and user.team_id is not None)


def can_read_module(user: User, module: Module) -> bool:
    """Trainers of the force, and who answers for the module."""
    if user.agency_id is None or user.agency_id != module.force_id:
        return False
    return can_run_training(user) or module.owner_id == user.pk


def can_review_at_all(user: User) -> bool:
    """Trainers, and whoever owns a module of their force."""
    return can_run_training(user) or Module.objects.of(user).filter(owner=user).exists()


def can_review_version(user: User, version: ModuleVersion) -> bool:
    """Whoever may read the module; before its first use, somebody else than its writer."""
    return can_read_module(user, version.module) and (version.is_ready or version.written_by_id != user.pk)


def is_of_an_agency(user: User) -> bool:
    """Champions, supervision and surveys are for everybody of an agency, whatever their role."""
    return user.agency_id is not None


def can_describe_champion(user: User, champion: Champion) -> bool:
    """The champion themselves, and trainers of the agency whose topic it is."""
    is_of_agency = user.agency_id == champion.topic.agency_id
    return is_of_agency and (user.pk == champion.person_id or can_run_training(user))


def can_arrange_supervision_of(user: User, person: User) -> bool:
    """Trainers for people of their agency, others for the team that they lead; nobody for themselves."""
    is_in_reach = can_run_training(user) or (user.may(Permission.SEE_TEAM_TRAINING) and _same_team(user, person))
    return is_in_reach and user.agency_id == person.agency_id and user.pk != person.pk


def can_end_supervision(user: User, supervision: Supervision) -> bool:
    """Who may arrange it, and trainers of its agency, also when the person has left or moved on; nobody their own."""
    is_own_agencys = can_run_training(user) and user.agency_id == supervision.agency_id
    return user.pk != supervision.supervisee_id and (
        is_own_agencys or can_arrange_supervision_of(user, supervision.supervisee)
    )


def _same_team(user: User, person: User) -> bool:
    return user.team_id is not None and user.team_id == person.team_id


def leads_a_team(user: User) -> bool:
    """Who may, with a reason, open one record of a supervision in their team that is not their own."""
    return user.may(Permission.SEE_TEAM_TRAINING) and user.team_id is not None


def role_in(user: User, supervision: Supervision) -> SupervisionRole | None:
    """Which of the two somebody is. Who has left the agency is neither any more."""
    return supervision.role_of(user) if user.agency_id == supervision.agency_id else None


def may_move(user: User, session: SupervisionSession, move: SupervisionMove) -> bool:
    """Whether this move is one that this person makes; whether it leads anywhere is for the table of moves."""
    return role_in(user, session.supervision) in SUPERVISION_MOVERS[move]


def moves_of_session(user: User, session: SupervisionSession) -> set[SupervisionMove]:
    """The buttons that this person may be shown."""
    return {
        move
        for move in SupervisionMove
        if may_move(user, session, move) and next_supervision_state(move, session.state) is not None
    }


def can_see_supervision_figures(user: User) -> bool:
    """How many sessions were held on time, by team: counts alone."""
    return user.may(Permission.SEE_TRENDS) and user.agency_id is not None


def can_run_surveys(user: User) -> bool:
    return user.may(Permission.RUN_SURVEYS) and user.agency_id is not None


def can_correct_facts(user: User, entry: CpdEntry) -> bool:
    """When, what, how long: of what the person logged, the person; of what a trainer logged for them, trainers of that agency."""
    if entry.is_taken_back:
        return False
    if entry.is_own:
        return user.pk == entry.person_id
    return user.pk != entry.person_id and user.agency_id == entry.agency_id and can_log_cpd_for(user, entry.person)


def can_correct_words(user: User, entry: CpdEntry) -> bool:
    """What was learned, will change, and whether it helped: nobody but the person."""
    return user.pk == entry.person_id and not entry.is_taken_back


def can_take_back_cpd(user: User, entry: CpdEntry) -> bool:
    """Who may correct what was done, and how long."""
    return can_correct_facts(user, entry)


def can_import_cpd_of(user: User, person: User) -> bool:
    """The person themself, and trainers for the people of their agency."""
    return can_keep_own_training(user) if user.pk == person.pk else can_log_cpd_for(user, person)


def can_undo_cpd_import(user: User, done: CpdImport) -> bool:
    """Who took the spreadsheet over, and trainers of the agency where one of them did it for the person."""
    if done.by_id == done.person_id or user.pk == done.by_id:
        return user.pk == done.by_id
    return user.agency_id == done.agency_id and can_log_cpd_for(user, done.person)


def can_take_over_sign_offs_of(user: User, person: User) -> bool:
    """What was signed on paper before: trainers for the people of their agency, never for themselves."""
    return can_log_cpd_for(user, person) and user.pk != person.pk


def can_undo_earlier_import(user: User, done: EarlierImport) -> bool:
    """Trainers of the agency whose import it is, but not the person; also when the person has left."""
    return can_run_for(user, done.agency_id) and user.pk != done.person_id


def can_accept_earlier(user: User, sign_off: EarlierSignOff) -> bool:
    """Let it meet a module: a trainer of its agency who is not the person, took it not over, and signed it not on paper."""
    is_another = user.pk != sign_off.taken_from.by_id and not sign_off.is_signed_by(user)
    return is_another and can_take_back_earlier(user, sign_off)


def can_take_back_earlier(user: User, sign_off: EarlierSignOff) -> bool:
    """Let it meet its module no more: trainers of its agency, never the person."""
    return can_run_for(user, sign_off.agency_id) and user.pk != sign_off.person_id


def can_attach_evidence(user: User, entry: CpdEntry) -> bool:
    """The person, and who may correct what was done."""
    return can_correct_words(user, entry) or can_correct_facts(user, entry)


def can_see_forecast(user: User) -> bool:
    """What lapses in the coming months: with names for who sees people, as counts by team for who sees trends."""
    return can_see_people(user) or (user.agency_id is not None and user.may(Permission.SEE_TRENDS))


def can_see_exercises(user: User) -> bool:
    """The page of exercises: all runs for trainers; for whoever keeps a log of training or is in a group those that they are in."""
    if user.agency_id is None:
        return False
    if can_run_training(user) or user.may(Permission.KEEP_OWN_TRAINING):
        return True
    return ExerciseRun.objects.taken_part_in_by(user).exists()


def keeps_training_and_sees_exercises(user: User) -> tuple[bool, bool]:
    """`can_keep_own_training` and `can_see_exercises`, which every page asks: in one query, and in none where the role says it."""
    if user.may(Permission.KEEP_OWN_TRAINING) or user.agency_id is None:
        return can_keep_own_training(user), can_see_exercises(user)
    is_in_a_group = Exists(ExerciseRun.objects.taken_part_in_by(user))
    found = User.objects.filter(pk=user.pk).values_list(
        ExpressionWrapper(_has_training(), BooleanField()), is_in_a_group
    )
    keeps, takes_part = found.get()
    return keeps, takes_part or can_run_training(user)


def can_write_exercise(user: User, exercise: Exercise) -> bool:
    """Trainers of the force, while it is a draft."""
    return can_run_for(user, exercise.force_id) and not exercise.is_ready and exercise.retired_at is None


def can_find_ready(user: User, exercise: Exercise) -> bool:
    """A trainer who did not write it last."""
    return can_write_exercise(user, exercise) and user.pk != exercise.written_by_id


def can_write_next_version(user: User, exercise: Exercise) -> bool:
    """Trainers of the force, of a version that is ready and used."""
    return can_run_for(user, exercise.force_id) and exercise.is_ready and exercise.retired_at is None


def can_retire_exercise(user: User, exercise: Exercise) -> bool:
    """Trainers of the force; the draft of a next version is changed, or left as it is."""
    is_open = exercise.retired_at is None and (exercise.is_ready or exercise.replaces_id is None)
    return can_run_for(user, exercise.force_id) and is_open


def leads_run(user: User, run: ExerciseRun) -> bool:
    """Trainers of the force who are in none of its groups, and are not still to meet its exercise in a group of another run."""
    return can_run_for(user, run.force_id) and ExerciseRun.objects.run_by(user).filter(pk=run.pk).exists()


def can_join_run(person: User, run: ExerciseRun) -> bool:
    """People at work in the force, but for those who may read what is still to come."""
    return person.is_active and person.agency_id == run.force_id and not can_run_training(person)


def can_see_knowledge_results(user: User) -> bool:
    """How far people changed: trainers with names, who sees trends from five people up."""
    return can_run_training(user) or (user.agency_id is not None and user.may(Permission.SEE_TRENDS))


def can_plan_induction(user: User, *, force_id: UUID, person_id: UUID) -> bool:
    """Trainers of the force, but not for themselves."""
    return can_run_for(user, force_id) and user.pk != person_id


def can_read_inductions(user: User) -> bool:
    """The list of plans: trainers, who leads a team, and who may be named as a mentor or line manager."""
    return user.agency_id is not None and (can_sign_at_all(user) or can_see_people(user))


def may_move_induction(user: User, induction: Induction, move: InductionMove) -> bool:
    """Who makes which move: the person declares, the named line manager and trainers steer, trainers alone change the plan itself."""
    if move is InductionMove.DECLARE:
        return user.pk == induction.person_id
    runs = can_plan_induction(user, force_id=induction.agency_id, person_id=induction.person_id)
    if move in (InductionMove.MOVE_STEP, InductionMove.EXTEND, InductionMove.CLOSE):
        manages = user.pk == induction.line_manager_id and user.agency_id == induction.agency_id
        return runs or (manages and user.may(Permission.SIGN_OFF_AS_LINE_MANAGER))
    return runs


def induction_moves_open_to(user: User, induction: Induction) -> set[InductionMove]:
    """The buttons that this person may be shown."""
    return {
        move
        for move in InductionMove
        if may_move_induction(user, induction, move) and next_induction_state(move, induction.state) is not None
    }


def can_declare(user: User, step: InductionStep) -> bool:
    """The person, once, for a module."""
    is_open = next_induction_state(InductionMove.DECLARE, step.induction.state) is not None
    return is_open and step.module_id is not None and step.declared_at is None and user.pk == step.induction.person_id
