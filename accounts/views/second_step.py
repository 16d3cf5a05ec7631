"""The first second factor of somebody whose role needs one: who has the password alone must show that the mailbox is theirs too."""

from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import opens_second_step
from accounts.services import second_step
from common.http import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def second_step_begin(request: SignedInRequest) -> HttpResponse:
    """Says why, and sends a link to the person's own address."""
    if second_step.has_one(request.user):
        return redirect("mfa_index")
    if request.session.get(second_step.MAILBOX_SHOWN):
        return redirect("mfa_activate_totp")
    is_sent = False
    if request.method == "POST":
        second_step.send_link(user=request.user, at=timezone.now())
        is_sent = True
    return render(request, "accounts/second_step.html", {"is_sent": is_sent})


@require_GET
def second_step_open(request: SignedInRequest, key: str) -> HttpResponse:
    """The link of the mail, in the browser in which somebody is signed in; in any other they sign in first."""
    if not opens_second_step(key, user=request.user):
        messages.error(request, "This link is too old, or for somebody else. Ask for a new one.")
        return redirect("second_step")
    request.session[second_step.MAILBOX_SHOWN] = True
    return redirect("mfa_activate_totp")


class ConfirmByPasskey(ReauthenticateWebAuthnView):
    """A passkey that did not work is said on the same page, so that the way back is not lost."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return response


confirm_by_passkey = ConfirmByPasskey.as_view()
