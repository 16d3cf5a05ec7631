"""The notices to schools, in the course of Operation Encompass."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.forms import ExceptNoticeForm, FailNoticeForm, SendNoticeForm
from referrals.models import EncompassNotice, Referral


@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """The schools that are to be told, or those that have not said that they have it; the oldest at the top."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    told = request.GET.get("show") == "told"
    found = queries.notices_unacknowledged(request.user) if told else queries.notices_to_send(request.user)
    order = queries.UNACKNOWLEDGED_ORDER if told else queries.NOTICES_ORDER
    context = {
        "page": keyset_page(found, order=order, cursor=request.GET.get("cursor")),
        "count": capped_count(found),
        "told": told,
        "at": timezone.now(),
    }
    return render(request, "referrals/encompass.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: SignedInRequest, pk: uuid.UUID, notice_pk: uuid.UUID) -> HttpResponse:
    """Tell the school, for the first time or again."""
    referral, notice = _notice(request, pk, notice_pk)
    if not permissions.can_notify(request.user, referral):
        raise PermissionDenied
    initial = {"school": notice.school, "key_adult": notice.key_adult, "channel": notice.channel}
    form = SendNoticeForm(request.POST if request.method == "POST" else None, initial=initial)
    return _page(request, notice, form, "Tell the school", services.send_notice)


@require_http_methods(["GET", "HEAD", "POST"])
def failed(request: SignedInRequest, pk: uuid.UUID, notice_pk: uuid.UUID) -> HttpResponse:
    """Record that a notice did not arrive."""
    referral, notice = _notice(request, pk, notice_pk)
    if not permissions.can_notify(request.user, referral):
        raise PermissionDenied
    form = FailNoticeForm(request.POST if request.method == "POST" else None)
    return _page(request, notice, form, "It did not arrive", services.fail_notice)


@require_http_methods(["GET", "HEAD", "POST"])
def excepted(request: SignedInRequest, pk: uuid.UUID, notice_pk: uuid.UUID) -> HttpResponse:
    """Record why a school is not told."""
    referral, notice = _notice(request, pk, notice_pk)
    if not permissions.can_except_notice(request.user, referral):
        raise PermissionDenied
    form = ExceptNoticeForm(request.POST if request.method == "POST" else None)
    return _page(request, notice, form, "Do not tell the school", services.except_notice)


@require_POST
def arrived(request: SignedInRequest, pk: uuid.UUID, notice_pk: uuid.UUID) -> HttpResponse:
    """Note that the school has it."""
    referral, notice = _notice(request, pk, notice_pk)
    if not permissions.can_acknowledge_notice(request.user, notice):
        raise PermissionDenied
    with refusal_as_message(request):
        services.acknowledge_notice(notice_id=notice.pk, by=request.user, at=timezone.now())
        messages.success(request, "It is recorded that the school has the notice.")
    return redirect(referral)


def _page(
    request: SignedInRequest,
    notice: EncompassNotice,
    form: GovukForm,
    title: str,
    deed: Callable[..., EncompassNotice],
) -> HttpResponse:
    """A form about one notice; what the domain refuses is told beside what was typed."""
    is_sent = request.method == "POST"
    if is_sent and form.is_valid():
        try:
            deed(notice_id=notice.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect(notice.referral)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    audit.record(
        verb=Verb.READ, what="referral.named_read", at=timezone.now(), actor=request.user, subject=notice.referral
    )
    context = {"referral": notice.referral, "notice": notice, "form": form, "title": title}
    return render(request, "referrals/encompass_notice.html", context, status=422 if is_sent else 200)


def _notice(request: SignedInRequest, pk: uuid.UUID, notice_pk: uuid.UUID) -> tuple[Referral, EncompassNotice]:
    """A referral that this person may see, and a notice of it."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    known = referral.encompass_notices.select_related("referral", "child", "share")
    notice: EncompassNotice = get_object_or_404(known, pk=notice_pk)
    return referral, notice
