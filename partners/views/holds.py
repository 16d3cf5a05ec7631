"""A place that is held while the form is filled in: begun by the button on the session's page, ended by the form or the clock."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.http import SignedInRequest, refusal_as_message
from partners.services import holds
from partners.views.sessions import find_session_to_book


@require_POST
def hold(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Hold a place and begin the form; where none is free, back to the session, which offers the waiting list."""
    session = find_session_to_book(request, pk)
    with refusal_as_message(request):
        holds.hold_place(session_id=session.pk, by=request.user, at=timezone.now())
        return redirect("partners:book", session.pk)
    return redirect(session)


@require_POST
def hold_release(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Do not book after all: somebody else can have the place at once."""
    session = find_session_to_book(request, pk)
    if holds.release_place(session_id=session.pk, by=request.user, at=timezone.now()):
        messages.success(request, "You did not book. The place is no longer held for you.")
    else:
        messages.info(request, "No place was held for you any more. If you had booked it meanwhile, it is still yours.")
    return redirect(session)
