"""Sharing with an agency: which parts, newer versions, what it was given, the printed pack, and the end."""

import hashlib
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Agency
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest, refusal_as_message
from referrals import permissions, queries, services
from referrals.documents import share_pack
from referrals.enums import ShareState
from referrals.forms import ChooseAgencyForm, EndShareForm, HandOverForm, RenewShareForm, ShareForm, reading_of
from referrals.models import Referral, Share


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the agency; then which parts and people it reads, with lawful basis and reason."""
    referral = _to_share(request, pk)
    sent = request.POST if request.method == "POST" else request.GET
    choice = ChooseAgencyForm(sent if "agency" in sent or request.method == "POST" else None, referral=referral)
    if not choice.is_valid():
        status = 422 if choice.is_bound else 200
        return render(request, "referrals/share_choose.html", {"referral": referral, "form": choice}, status=status)
    agency: Agency = choice.cleaned_data["agency"]
    form = ShareForm(request.POST if request.method == "POST" else None, referral=referral, agency=agency)
    is_read = queries.has_readers(agency, on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.share_referral(
                referral_id=referral.pk, agency=agency, by=request.user, at=timezone.now(), **_parts(form)
            )
            by_hand = "" if is_read else " Nobody there can sign in: print the pack, give it by hand and note to whom."
            messages.success(request, f"Shared with {agency}.{by_hand}")
        return redirect(referral)
    context = {"referral": referral, "agency": agency, "form": form, "is_read": is_read}
    return render(request, "referrals/share.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Give the agency the referral as it stands now, or other parts of it."""
    referral = _to_share(request, pk)
    shared = get_object_or_404(referral.shares.live().select_related("agency"), pk=share_pk)
    given = queries.last_snapshot(shared)
    data = request.POST if request.method == "POST" else None
    form = RenewShareForm(data, referral=referral, agency=shared.agency, given=given)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.renew_share(share_id=shared.pk, by=request.user, at=timezone.now(), **_parts(form))
            messages.success(request, f"{shared.agency} now reads what you chose.")
        return redirect(referral)
    # Parts and people are chosen by name.
    audit.record(verb=Verb.READ, what="referral.named_read", at=timezone.now(), actor=request.user, subject=referral)
    context = {"referral": referral, "agency": shared.agency, "share": shared, "given": given, "form": form}
    return render(request, "referrals/share.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def given(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID, number: int) -> HttpResponse:
    """What the agency was given at one time, as it read it. For the hub."""
    referral = _to_share(request, pk)
    shared = get_object_or_404(referral.shares.select_related("agency"), pk=share_pk)
    snapshot = get_object_or_404(shared.snapshots.select_related("made_by"), number=number)
    audit.record(
        verb=Verb.READ,
        what="referral.given_read",
        at=timezone.now(),
        actor=request.user,
        subject=referral,
        share=str(shared.pk),
        number=number,
    )
    context = {"referral": referral, "share": shared, "reading": reading_of(snapshot, referral)}
    return render(request, "referrals/given.html", context)


@require_safe
def pack(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """What the agency reads now, as a PDF that names on every page for whom, by whom and when it was made."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    shared = _readable_share(request, referral, share_pk)
    at = timezone.now()
    services.open_shared_referral(referral=referral, by=request.user, at=at)
    snapshot = queries.last_snapshot(shared)
    if snapshot is None:
        raise Http404
    pdf = share_pack.pdf_of(shared, reading_of(snapshot, referral), by=request.user, at=at)
    audit.record(
        verb=Verb.DOWNLOADED,
        what="referral.pack_downloaded",
        at=at,
        actor=request.user,
        subject=referral,
        recipient=shared.agency,
        share=str(shared.pk),
        number=snapshot.number,
        pages=pdf.pages,
        sha256=hashlib.sha256(pdf.content).hexdigest(),
    )
    disposition = f'attachment; filename="{referral.reference}-pack.pdf"'
    return HttpResponse(pdf.content, content_type="application/pdf", headers={"Content-Disposition": disposition})


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Note that the printed pack was given to somebody of the agency."""
    referral = _to_share(request, pk)
    shared = get_object_or_404(referral.shares.live().select_related("agency"), pk=share_pk)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.hand_over(share_id=shared.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "It is noted to whom the pack was given.")
        return redirect(referral)
    context = {"referral": referral, "share": shared, "form": form}
    return render(request, "referrals/hand_over.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def end_share(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Take an agency's access away, with the reason."""
    referral = _to_share(request, pk)
    shared = get_object_or_404(referral.shares.select_related("agency"), pk=share_pk)
    form = EndShareForm(request.POST or None)
    if shared.state == ShareState.ENDED:
        return redirect(referral)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.end_share(share_id=shared.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{shared.agency} no longer sees this referral.")
        return redirect(referral)
    context = {"referral": referral, "share": shared, "form": form}
    return render(request, "referrals/end_share.html", context, status=422 if request.method == "POST" else 200)


def _to_share(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    """A referral that this person may share: 404 for who may not see it, 403 for who may not share it."""
    visible = Referral.objects.visible_to(request.user).select_related("ppn", "cpi").prefetch_related("people")
    referral: Referral = get_object_or_404(visible, pk=pk)
    if not permissions.can_share(request.user, referral):
        raise PermissionDenied
    return referral


def _readable_share(request: SignedInRequest, referral: Referral, share_pk: uuid.UUID) -> Share:
    """A live share of the person's own agency, or any of the hub's; another agency's is as if it were not there."""
    live = referral.shares.live().select_related("agency", "referral")
    if not permissions.can_share(request.user, referral):
        if permissions.sees_whole(request.user, referral):
            raise PermissionDenied
        live = live.filter(agency=request.user.agency_id)
    shared: Share = get_object_or_404(live, pk=share_pk)
    return shared


def _parts(form: ShareForm | RenewShareForm) -> dict[str, Any]:
    """What was chosen, with people and files by their keys."""
    given = dict(form.cleaned_data)
    files = given.pop("chosen_files")
    return given | {"people": _keys(given["people"]), "files": _keys(files)}


def _keys(texts: list[str]) -> list[uuid.UUID]:
    return [uuid.UUID(text) for text in texts]
