"""Who may do what in training."""

from accounts.enums import Permission
from accounts.models import User
from training.enums import RecordMove, SignerRole, next_record_state
from training.models import CpdEntry, CpdImport, TrainingRecord

SIGNING_PERMISSIONS = {
    SignerRole.MENTOR: Permission.SIGN_OFF_AS_MENTOR,
    SignerRole.LINE_MANAGER: Permission.SIGN_OFF_AS_LINE_MANAGER,
}


def can_keep_own_training(user: User) -> bool:
    """Whose role comes with training, and whoever has a record or an entry already."""
    return user.may(Permission.KEEP_OWN_TRAINING) or user.training_records.exists() or user.cpd_entries.exists()


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


def signs_as(user: User, record: TrainingRecord) -> SignerRole | None:
    """The role in which this person is named to sign and still may; whether it is their turn is for the table of moves."""
    role = record.role_of(user)
    return role if role is not None and user.may(SIGNING_PERMISSIONS[role]) else None


def can_correct(user: User, record: TrainingRecord) -> bool:
    return can_run(user, record)


def can_send_back(user: User, record: TrainingRecord) -> bool:
    """Who is named to sign."""
    return signs_as(user, record) is not None


def can_revoke(user: User, record: TrainingRecord) -> bool:
    """Who is named to sign, and trainers."""
    return signs_as(user, record) is not None or can_run(user, record)


def moves_open_to(user: User, record: TrainingRecord) -> set[RecordMove]:
    """The buttons that this person may be shown. Whoever sends back is the one whose turn it is to sign."""
    role = signs_as(user, record)
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
    if can_revoke(user, record):
        moves.add(RecordMove.REVOKE)
    return {move for move in moves if next_record_state(move, record.state) is not None}


def can_log_cpd_for(user: User, person: User) -> bool:
    """Trainers, for the people of their agency."""
    return can_run_training(user) and user.agency_id == person.agency_id


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


def can_attach_evidence(user: User, entry: CpdEntry) -> bool:
    """The person, and who may correct what was done."""
    return can_correct_words(user, entry) or can_correct_facts(user, entry)
