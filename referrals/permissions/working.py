"""May this person do this with a referral? Only about the person; whether the state allows it is in the table of moves."""

from guardian.shortcuts import get_group_perms

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import UNSENT, FormKind, Move, ReferralState, ShareState, is_supervised, next_state
from referrals.models import EncompassNotice, MeetingItem, Referral, Share, StrategyAction, TriageMeeting
from referrals.models.incident import force_importing
from referrals.models.review import is_for_next_level
from referrals.permissions.parts import is_open_to, is_writer, received_by_agency_of

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
    is_theirs = can_edit(user, referral) or (supervises and is_open_to(user, referral))
    return referral.state not in UNSENT and is_theirs


def can_see_queue(user: User) -> bool:
    return user.may(Permission.SEE_HUB_REFERRALS)


def works_queue(user: User) -> bool:
    """Whether this person takes referrals of the queue and assigns them."""
    return user.may(Permission.DECIDE_REFERRAL) and can_see_queue(user)


def can_keep_thresholds(user: User) -> bool:
    """Whether this person puts down the versions of the threshold document and of the rules for cumulative harm."""
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
    if not is_open_to(user, referral):
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
    return user.may(Permission.DECIDE_REFERRAL) and received_by_agency_of(user, referral)


def can_decide_on_nothing(user: User, referral: Referral) -> bool:
    """Whether this person decides on no further action: where the risk is medium or high, supervisors of the hub do."""
    may = user.may(Permission.DECIDE_ON_NOTHING) or not is_supervised(referral.risk_level)
    return may and can_decide(user, referral)


def can_set_risk(user: User, referral: Referral) -> bool:
    """Whether this person sets the risk level of what their hub received; a reviewing supervisor does it in the review."""
    return can_decide(user, referral)


def can_share(user: User, referral: Referral) -> bool:
    """Whether this person shares, and ends sharing, what their hub received."""
    return user.may(Permission.SHARE_REFERRAL) and received_by_agency_of(user, referral)


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
    return user.may(Permission.REOPEN_OR_VOID) and received_by_agency_of(user, referral)


def can_void(user: User, referral: Referral) -> bool:
    """Whether this person withdraws what was sent twice or about the wrong person."""
    return can_reopen(user, referral)


def can_give_feedback(user: User, referral: Referral) -> bool:
    """Whether this person tells and asks the writer of what their hub received."""
    return user.may(Permission.DECIDE_REFERRAL) and received_by_agency_of(user, referral)


def can_supply(user: User, referral: Referral) -> bool:
    """Whether this person sends an agency what it said was missing: the hub, or who wrote the referral."""
    return is_writer(user, referral) or can_share(user, referral)


def can_notify(user: User, referral: Referral) -> bool:
    """Whether this person tells schools of what their hub received."""
    return can_share(user, referral)


def can_except_notice(user: User, referral: Referral) -> bool:
    """Whether this person decides that a school is not told."""
    return user.may(Permission.EXCEPT_ENCOMPASS) and received_by_agency_of(user, referral)


def can_acknowledge_notice(user: User, notice: EncompassNotice) -> bool:
    """Whether this person says that a notice arrived: the school that it was shared with, or the hub."""
    share = notice.share
    is_school = share is not None and share.state != ShareState.ENDED and share.agency_id == user.agency_id
    is_school = is_school and is_open_to(user, notice.referral)
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
        and is_open_to(user, share.referral)
        and VIEW in get_group_perms(user.agency.group, share.referral)
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
