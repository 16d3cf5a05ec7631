"""May this person do this with a referral? Only about the person; whether the state allows it is in the table of moves."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from guardian.shortcuts import get_group_perms

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import (
    ANSWERED,
    CHALLENGED_AFTER_CLOSING,
    FIRST_LEVEL_OF_OTHERS,
    OPEN_AT_HUB,
    SENT,
    UNSENT,
    VOIDED,
    AccessReason,
    AssessmentMove,
    ChallengeMove,
    FormKind,
    Move,
    Party,
    ReferralState,
    ShareState,
    Side,
    is_supervised,
    movers,
    next_assessment_state,
    next_challenge_state,
    next_state,
)
from referrals.models import (
    Attachment,
    Challenge,
    CpiAssessment,
    EncompassNotice,
    MeetingItem,
    Referral,
    Share,
    ShareSnapshot,
    StrategyAction,
    TriageMeeting,
)
from referrals.models.incident import force_importing
from referrals.models.review import is_for_next_level

VIEW = "view_referral"
WRITING = {FormKind.PPN: Permission.WRITE_PPN, FormKind.CPI: Permission.WRITE_CPI}


def can_write(user: User, kind: FormKind | str) -> bool:
    """Whether this person may begin and submit a form of this kind; a PPN comes from police only."""
    if user.agency is None or not user.may(WRITING[FormKind(kind)]):
        return False
    return user.agency.is_police or kind != FormKind.PPN


def kinds_to_write(user: User) -> list[FormKind]:
    """The forms that this person may begin."""
    return [kind for kind in FormKind if can_write(user, kind)]


def is_writer(user: User, referral: Referral) -> bool:
    """Whether this person wrote it, for the agency that is theirs now."""
    return referral.author_id == user.pk and referral.agency_id == user.agency_id


def can_edit(user: User, referral: Referral) -> bool:
    """Whether this is the person's own draft, which nobody else may touch."""
    return is_writer(user, referral) and can_write(user, referral.kind)


def can_amend(user: User, referral: Referral) -> bool:
    """Whether this person changes what was submitted: who wrote it, or who supervises the team it came from."""
    supervises = (
        user.may(Permission.SEE_TEAM_REFERRALS)
        and user.team_id is not None
        and (user.team_id, user.agency_id) == (referral.team_id, referral.agency_id)
    )
    return referral.state not in UNSENT and (can_edit(user, referral) or supervises)


def sees_versions(user: User, referral: Referral) -> bool:
    """Whether this person reads every version: who may amend it, and the hub."""
    return referral.state not in UNSENT and (
        is_writer(user, referral) or can_amend(user, referral) or sees_casework(user, referral)
    )


def can_see_queue(user: User) -> bool:
    return user.may(Permission.SEE_HUB_REFERRALS)


def works_queue(user: User) -> bool:
    """Whether this person takes referrals of the queue and assigns them."""
    return user.may(Permission.DECIDE_REFERRAL) and can_see_queue(user)


def can_keep_thresholds(user: User) -> bool:
    """Whether this person puts down the versions of the threshold document."""
    return user.may(Permission.KEEP_THRESHOLDS) and can_see_queue(user)


def can_hold(user: User, meeting: TriageMeeting) -> bool:
    """Whether this person keeps the record of a meeting: the decision-makers of its hub do."""
    return works_queue(user) and meeting.hub_id == user.agency_id


def reviews_referrals(user: User) -> bool:
    return user.may(Permission.REVIEW_REFERRAL)


def can_review(user: User, referral: Referral) -> bool:
    """Whether this person is a supervisor of the author's team, and not the author.

    The supervisors of the hub are the next level: for an author who is in no team or in one where nobody else reviews, and
    for a review that became late.
    """
    if not reviews_referrals(user) or referral.author_id == user.pk or referral.agency_id != user.agency_id:
        return False
    if referral.team_id is not None and referral.team_id == user.team_id:
        return True
    return user.may(Permission.SEE_HUB_REFERRALS) and is_for_next_level(referral)


def can_search(user: User) -> bool:
    """Whether this person searches: whoever may see any referral, and within those only."""
    return user.may(
        Permission.WRITE_PPN,
        Permission.WRITE_CPI,
        Permission.SEE_TEAM_REFERRALS,
        Permission.SEE_HUB_REFERRALS,
        Permission.SEE_SHARED_REFERRALS,
    )


def can_decide(user: User, referral: Referral) -> bool:
    """Whether this person decides on what the hub received, and the hub is their agency."""
    return user.may(Permission.DECIDE_REFERRAL) and _received_by_agency_of(user, referral)


def can_decide_on_nothing(user: User, referral: Referral) -> bool:
    """Whether this person decides on no further action: where the risk is medium or high, supervisors of the hub do."""
    may = user.may(Permission.DECIDE_ON_NOTHING) or not is_supervised(referral.risk_level)
    return may and can_decide(user, referral)


def can_set_risk(user: User, referral: Referral) -> bool:
    """Whether this person sets the risk level of what their hub received; a reviewing supervisor does it in the review."""
    return can_decide(user, referral)


def can_share(user: User, referral: Referral) -> bool:
    """Whether this person shares, and ends sharing, what their hub received."""
    return user.may(Permission.SHARE_REFERRAL) and _received_by_agency_of(user, referral)


def can_match(user: User, referral: Referral) -> bool:
    """Whether this person says who in this referral is the same as somebody in another that the hub received."""
    return can_decide(user, referral)


def can_flag(user: User, referral: Referral) -> bool:
    """Whether this person warns others of the hub, and clears such a warning. Who sees the casework reads them."""
    return can_decide(user, referral)


def can_link(user: User, referral: Referral) -> bool:
    """Whether this person says that what their hub received belongs to another referral; asked of both of them."""
    return can_decide(user, referral)


def can_close(user: User, referral: Referral) -> bool:
    """Whether this person closes it. What no agency has, and has medium or high risk, supervisors of the hub close."""
    return (
        can_decide_on_nothing(user, referral) if referral.state == ReferralState.DECIDED else can_decide(user, referral)
    )


def can_reopen(user: User, referral: Referral) -> bool:
    """Whether this person, a supervisor of the hub that received it, takes up again what was closed."""
    return user.may(Permission.REOPEN_OR_VOID) and _received_by_agency_of(user, referral)


def can_void(user: User, referral: Referral) -> bool:
    """Whether this person withdraws what was sent twice or about the wrong person."""
    return can_reopen(user, referral)


def can_give_feedback(user: User, referral: Referral) -> bool:
    """Whether this person tells and asks the writer of what their hub received."""
    return user.may(Permission.DECIDE_REFERRAL) and _received_by_agency_of(user, referral)


def can_supply(user: User, referral: Referral) -> bool:
    """Whether this person sends an agency what it said was missing: the hub, or who wrote the referral."""
    return is_writer(user, referral) or can_share(user, referral)


def can_notify(user: User, referral: Referral) -> bool:
    """Whether this person tells schools of what their hub received."""
    return can_share(user, referral)


def can_except_notice(user: User, referral: Referral) -> bool:
    """Whether this person decides that a school is not told."""
    return user.may(Permission.EXCEPT_ENCOMPASS) and _received_by_agency_of(user, referral)


def can_acknowledge_notice(user: User, notice: EncompassNotice) -> bool:
    """Whether this person says that a notice arrived: the school that it was shared with, or the hub."""
    share = notice.share
    is_school = share is not None and share.state != ShareState.ENDED and share.agency_id == user.agency_id
    return (is_school and user.may(Permission.ANSWER_SHARE)) or can_notify(user, notice.referral)


def can_see_actions(user: User) -> bool:
    """Whether this person has a list of actions agreed in strategy discussions."""
    return user.may(Permission.SEE_HUB_REFERRALS, Permission.SEE_SHARED_REFERRALS)


def can_finish_action(user: User, action: StrategyAction | MeetingItem) -> bool:
    """Whether this person says that an action was done: the agency that does it, while it sees the referral, or the hub."""
    if isinstance(action, MeetingItem):
        referral, owner = action.referral, action.owner_agency_id
    else:
        referral, owner = action.discussion.referral, action.owner_id
    is_owner = user.may(Permission.ANSWER_SHARE) and owner is not None and owner == user.agency_id
    return can_decide(user, referral) or (
        is_owner and Referral.objects.visible_to(user).filter(pk=referral.pk).exists()
    )


def reads_assessments(user: User) -> bool:
    """Whether this person opens the lists of evaluations of CPI forms: intelligence staff, and the supervisors of a hub."""
    return user.may(Permission.ASSESS_CPI, Permission.ACT_ON_DOUBTFUL)


def reads_reports(user: User) -> bool:
    """Whether this person reads the graded reports of their hub, which say nothing of their source."""
    return user.may(Permission.ASSESS_CPI)


def can_assess(user: User, referral: Referral) -> bool:
    """Whether this person evaluates a CPI form: intelligence staff of the hub that received it, never who wrote it."""
    return (
        referral.kind == FormKind.CPI
        and user.may(Permission.ASSESS_CPI)
        and referral.author_id != user.pk
        and _received_by_agency_of(user, referral)
    )


def can_act_on_doubtful(user: User, referral: Referral) -> bool:
    """Whether this person, a supervisor of the hub, has somebody act on what is suspected to be false; never who wrote it."""
    return (
        user.may(Permission.ACT_ON_DOUBTFUL)
        and referral.author_id != user.pk
        and _received_by_agency_of(user, referral)
    )


def sees_assessment(user: User, referral: Referral) -> bool:
    """Whether this person reads how a CPI form was evaluated: intelligence staff and the hub."""
    return referral.kind == FormKind.CPI and (can_assess(user, referral) or sees_casework(user, referral))


def assessment_moves_open_to(
    user: User, referral: Referral, assessment: CpiAssessment, *, is_doubtful: bool
) -> frozenset[AssessmentMove]:
    """What this person may do with this evaluation as it stands: the buttons of its page."""
    possible = frozenset(move for move in AssessmentMove if next_assessment_state(move, assessment.state) is not None)
    if can_assess(user, referral):
        return possible
    routes_doubtful = is_doubtful and can_act_on_doubtful(user, referral)
    return possible & {AssessmentMove.ROUTE} if routes_doubtful else frozenset()


def can_see_outcomes(user: User) -> bool:
    """Whether this person reads how often agencies accept, reject and ask for further work."""
    return user.may(Permission.SEE_TRENDS)


def can_see_shared(user: User) -> bool:
    return user.may(Permission.SEE_SHARED_REFERRALS)


def can_answer(user: User, share: Share) -> bool:
    """Whether this person answers for the agency that holds the grant to this referral."""
    return (
        user.may(Permission.ANSWER_SHARE)
        and user.agency is not None
        and share.agency_id == user.agency_id
        and VIEW in get_group_perms(user.agency.group, share.referral)
    )


def is_challengeable(referral: Referral, *, at: datetime) -> bool:
    """Whether what was done with it may be challenged: while the hub works on it, and for some weeks after."""
    if referral.closed_at is not None:
        return at - referral.closed_at <= CHALLENGED_AFTER_CLOSING
    return referral.state in OPEN_AT_HUB


def can_challenge_decision(user: User, referral: Referral, *, at: datetime) -> bool:
    """Whether this person may challenge the hub's decision: of an agency that this is shared with, or who wrote it."""
    return (
        user.may(Permission.CHALLENGE)
        and user.agency is not None
        and not user.agency.is_hub
        and is_challengeable(referral, at=at)
        and (
            is_writer(user, referral)
            or sees_as_team(user, referral)
            or VIEW in get_group_perms(user.agency.group, referral)
        )
    )


def can_challenge_answers(user: User, referral: Referral, *, at: datetime) -> bool:
    """Whether this person of the hub may challenge what agencies answered on this referral, or have not."""
    may = user.may(Permission.CHALLENGE) and is_challengeable(referral, at=at)
    return may and _received_by_agency_of(user, referral)


def answers_to_challenge(user: User, referral: Referral, shares: Iterable[Share], *, at: datetime) -> list[Share]:
    """Those of a referral's shares whose answer, or whose silence once it is late, this person may challenge."""
    found = [share for share in shares if share.state in ANSWERED or share.is_late(at=at)]
    return found if found and can_challenge_answers(user, referral, at=at) else []


def side_in(user: User, challenge: Challenge) -> Side | None:
    """On which side of a challenge this person speaks, or None when they do not speak in it."""
    if not user.may(Permission.CHALLENGE):
        return None
    if user.agency_id == challenge.hub_id and _received_by_agency_of(user, challenge.referral):
        return Side.HUB
    if (
        user.agency is not None
        and user.agency_id == challenge.agency_id
        and (
            challenge.referral.agency_id == user.agency_id
            or VIEW in get_group_perms(user.agency.group, challenge.referral)
        )
    ):
        return Side.AGENCY
    return None


def challenge_moves_open_to(user: User, challenge: Challenge, *, at: datetime) -> frozenset[ChallengeMove]:
    """What this person may do with this challenge as it stands: the buttons of its page."""
    return frozenset(
        move for move in _moves_of_side(user, challenge, at=at) if stands_apart_enough(user, challenge, move)
    )


def challenge_moves_for_others(user: User, challenge: Challenge, *, at: datetime) -> list[ChallengeMove]:
    """What this person's side may do as it stands, but somebody else of it has to."""
    return [move for move in _moves_of_side(user, challenge, at=at) if not stands_apart_enough(user, challenge, move)]


def can_move_challenge(user: User, challenge: Challenge, move: ChallengeMove) -> bool:
    """Whether this person makes this move at this stage, whatever the challenge waits for."""
    return speaks_for(side_in(user, challenge), challenge, move) and stands_apart_enough(user, challenge, move)


def stands_apart_enough(user: User, challenge: Challenge, move: ChallengeMove) -> bool:
    """From the stage of the line managers on, three different people: who decided, who challenges, who settles it."""
    if challenge.level < FIRST_LEVEL_OF_OTHERS:
        return True
    if move == ChallengeMove.RESPOND:
        return user.pk != challenge.made_by_id
    if move == ChallengeMove.RESOLVE:
        return user.pk not in (challenge.made_by_id, challenge.opened_by_id)
    return True


def _moves_of_side(user: User, challenge: Challenge, *, at: datetime) -> list[ChallengeMove]:
    side, is_late = side_in(user, challenge), challenge.is_late(at=at)
    return [
        move
        for move in ChallengeMove
        if speaks_for(side, challenge, move)
        and next_challenge_state(move, challenge.state, level=challenge.level, is_late=is_late)
    ]


def speaks_for(side: Side | None, challenge: Challenge, move: ChallengeMove) -> bool:
    """Whether this side makes the move. The hub withdraws what an agency raised that no longer sees the referral."""
    if side is None:
        return False
    party = Party.RAISING if side == challenge.raising_side else Party.ANSWERING
    if party in movers(move, level=challenge.level):
        return True
    return move == ChallengeMove.WITHDRAW and side == Side.HUB and not _is_known_to_agency_of(challenge)


def can_attach(user: User, referral: Referral) -> bool:
    """Whether this person may attach files: to the own draft; to what was sent, its writer and the hub while it is open."""
    if referral.is_draft:
        return can_edit(user, referral)
    if referral.state not in OPEN_AT_HUB:
        return False
    return can_edit(user, referral) or can_decide(user, referral)


def sees_attachments(user: User, referral: Referral) -> bool:
    """Whether this person knows of all files of a referral: an agency that it was shared with knows those that it was given."""
    return sees_whole(user, referral)


def snapshot_with_files(user: User, referral: Referral) -> ShareSnapshot | None:
    """What the person's agency reads of a referral now, which names the files that it was given."""
    if not user.may(Permission.SEE_SHARED_REFERRALS) or user.agency_id is None:
        return None
    live = ShareSnapshot.objects.exclude(share__state=ShareState.ENDED)
    given: ShareSnapshot | None = (
        live.filter(share__referral=referral, share__agency=user.agency_id).order_by("-number").first()
    )
    return given


def files_given(user: User, referral: Referral) -> frozenset[UUID]:
    """The files that this person's agency was given with what it reads now; none after the sharing ended."""
    snapshot = snapshot_with_files(user, referral)
    return snapshot.file_ids if snapshot is not None else frozenset()


def can_open_attachment(user: User, attachment: Attachment) -> bool:
    """Whether this person may have one file: who reads all of the referral, and an agency that it was given to."""
    return sees_attachments(user, attachment.referral) or attachment.pk in files_given(user, attachment.referral)


def sees_as_team(user: User, referral: Referral) -> bool:
    """Whether this person sees it because their team submitted it."""
    return (
        user.may(Permission.SEE_TEAM_REFERRALS)
        and user.team_id is not None
        and referral.team_id == user.team_id
        and referral.state in (*SENT, *VOIDED)
    )


def can_keep_consultations(user: User) -> bool:
    """Whether this person records and reads the advice that their hub gave."""
    return user.may(Permission.KEEP_CONSULTATIONS) and user.agency is not None and user.agency.is_hub


def can_import_incidents(user: User) -> bool:
    """Whether this person imports incidents into the records of the own police force, and looks them up."""
    return force_importing(user) is not None


def moves_open_to(user: User, referral: Referral) -> frozenset[Move]:
    """What this person may do with this referral as it stands: the buttons of its page."""
    asked = {
        Move.SUBMIT: can_edit,
        Move.DISCARD: can_edit,
        Move.DECIDE: can_decide,
        Move.SHARE: can_share,
        Move.CLOSE: can_close,
        Move.REOPEN: can_reopen,
        Move.VOID: can_void,
        Move.AMEND: can_amend,
        Move.SET_RISK: can_set_risk,
    }
    possible = [move for move in asked if next_state(move, referral.state) is not None]
    return frozenset(move for move in possible if asked[move](user, referral))


def share_to_answer(user: User, shares: list[Share]) -> Share | None:
    """The share among these that waits for this person's answer."""
    waiting = (share for share in shares if share.state == ShareState.WAITING)
    return next((share for share in waiting if can_answer(user, share)), None)


def sees_casework(user: User, referral: Referral) -> bool:
    """Whether this person sees the decisions, and all agencies' answers: the hub does."""
    return user.may(Permission.SEE_HUB_REFERRALS) and _received_by_agency_of(user, referral)


def can_see_who_looked(user: User, referral: Referral) -> bool:
    """Whether this person reads who looked at it or changed it: supervisors of the hub, and who keeps the access log."""
    supervises = user.may(Permission.SEE_WHO_LOOKED) and sees_casework(user, referral)
    return supervises or user.may(Permission.SEE_ACCESS_LOG)


def sees_answers(user: User, referral: Referral) -> bool:
    """Whether this person sees what became of it: who wrote it, and the hub."""
    return is_writer(user, referral) or sees_casework(user, referral)


def sees_told(user: User, referral: Referral) -> bool:
    """Whether this person reads the words that may be told of the decision: who sees the answers, and the writer's line manager."""
    return sees_answers(user, referral) or sees_as_team(user, referral)


def sees_whole(user: User, referral: Referral) -> bool:
    """Whether this person reads all of it: its writer, the writer's line manager, the hub, and who evaluates a CPI form.

    Everybody else who may see it was shared with, and reads what they were given, from the copy that was kept.
    """
    return (
        is_writer(user, referral)
        or sees_as_team(user, referral)
        or sees_casework(user, referral)
        or can_assess(user, referral)
    )


def sees_writer(user: User, referral: Referral) -> bool:
    """Whether this person reads who wrote it: of a CPI form only the own agency, the hub and who evaluates it; it may protect a source."""
    return (
        referral.kind == FormKind.PPN
        or (user.agency_id is not None and referral.agency_id == user.agency_id)
        or sees_casework(user, referral)
        or can_assess(user, referral)
    )


def _received_by_agency_of(user: User, referral: Referral) -> bool:
    if referral.state in (ReferralState.DRAFT, ReferralState.DISCARDED) or user.agency_id is None:
        return False
    # A page asks this of one referral a dozen times: it reads the few rows once, with prefetch_related("access").
    return any(row.agency_id == user.agency_id and row.reason == AccessReason.HUB for row in referral.access.all())


def _is_known_to_agency_of(challenge: Challenge) -> bool:
    if challenge.referral.agency_id == challenge.agency_id:
        return True
    rows = challenge.referral.access.all()
    return any(row.agency_id == challenge.agency_id and row.reason == AccessReason.SHARED for row in rows)
