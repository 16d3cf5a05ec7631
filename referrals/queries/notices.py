"""What is owed to schools, and the actions that were agreed: for lists, for the page of a referral and for home pages."""

from django.db.models import Prefetch

from accounts.enums import Permission
from accounts.models import Agency, User
from referrals.enums import NoticeState
from referrals.models import EncompassNotice, Referral, Share, StrategyAction, StrategyAttendance, StrategyDiscussion
from referrals.models.encompass import EncompassNoticeQuerySet
from referrals.models.strategy import StrategyActionQuerySet
from referrals.queries.marks import has_no

NOTICES_ORDER = ("due_at", "pk")
UNACKNOWLEDGED_ORDER = ("sent_at", "pk")
ACTIONS_ORDER = ("due_on", "pk")


def notices_to_send(user: User) -> EncompassNoticeQuerySet:
    """What this person's hub owes to schools."""
    received = Referral.objects.received_for(user).sent()
    return EncompassNotice.objects.to_be_done().filter(referral__in=received).select_related("referral", "child")


def notices_unacknowledged(user: User) -> EncompassNoticeQuerySet:
    """What schools were told by this person's hub and have not said that they have."""
    received = Referral.objects.received_for(user)
    return EncompassNotice.objects.unacknowledged().filter(referral__in=received).select_related("referral", "child")


def notices_of(referral: Referral) -> list[EncompassNotice]:
    """The notices of one referral, child by child."""
    if has_no("encompass_notices", referral):
        return []
    notices = referral.encompass_notices.select_related("child", "share__agency", "sent_by", "acknowledged_by")
    return list(notices.order_by("child__position", "pk"))


def notices_of_share(share: Share) -> list[EncompassNotice]:
    """What a school was told through this share and has to say that it has."""
    notices = share.encompass_notices.filter(state=NoticeState.SENT).select_related("child")
    return list(notices.order_by("child__position", "pk"))


def open_actions(user: User) -> StrategyActionQuerySet:
    """The open actions that this person may see: the hub all of its referrals, an agency its own while it sees the referral."""
    actions = StrategyAction.objects.open().select_related("discussion__referral", "owner")
    if user.may(Permission.SEE_HUB_REFERRALS):
        return actions.filter(discussion__referral__in=Referral.objects.received_for(user).sent())
    visible = Referral.objects.visible_to(user)
    return actions.filter(owner=user.agency_id, discussion__referral__in=visible)


def owners_who_see_nothing(discussion: StrategyDiscussion) -> list[Agency]:
    """The agencies that have something to do and with which the referral is not shared: they do not see their action."""
    seeing = discussion.referral.access.values("agency")
    owners = Agency.objects.filter(pk__in=discussion.actions.open().values("owner")).exclude(pk__in=seeing)
    return list(owners.order_by("name"))


def discussions_of(referral: Referral) -> list[StrategyDiscussion]:
    """The strategy discussions of one referral, the newest first."""
    if has_no("strategy_discussions", referral):
        return []
    attendances = StrategyAttendance.objects.select_related("agency")
    actions = StrategyAction.objects.select_related("owner", "done_by")
    discussions = referral.strategy_discussions.select_related("recorded_by").order_by("-held_at", "pk")
    return list(discussions.prefetch_related(Prefetch("attendances", attendances), Prefetch("actions", actions)))
