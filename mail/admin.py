"""What was sent to whom, and how each kind of message reads. For administrators: nothing is written, changed or deleted here."""

from typing import Any

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator

from audit.enums import Verb
from audit.services import record
from common.read_only_admin import ReadOnlyAdmin
from mail.models import Message
from mail.notifications.composing import example_of
from mail.notifications.kinds import Kind, NoSuchKind, kind_named, kinds_in_order

# A mail has its look beside its words, as readers of mail want it, and nothing else.
POLICY_OF_A_PREVIEW = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [NONE],
    "sandbox": True,
}


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Every look at it is recorded, because it shows addresses of people. What a message said is not kept."""

    list_display = ("queued_at", "kind", "recipient", "reference", "state", "sent_at", "bounced_at", "error")
    list_filter = ("state", "sender", "kind")
    search_fields = ("=recipient", "=reference", "=id")
    ordering = ("-queued_at", "id")
    show_full_result_count = False
    list_per_page = 50
    change_list_template = "mail/admin_list.html"
    fields = (
        "id",
        "kind",
        "recipient",
        "subject",
        "reference",
        "state",
        "attempts",
        "sender",
        "sender_reference",
        "queued_at",
        "sent_at",
        "failed_at",
        "bounced_at",
        "error",
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def get_urls(self) -> list[URLPattern]:
        kinds = [
            path("kinds/", self.admin_site.admin_view(self.kinds), name="mail_message_kinds"),
            path("kinds/<str:name>/", self.admin_site.admin_view(self.kind), name="mail_message_kind"),
            path("kinds/<str:name>/html/", self.admin_site.admin_view(self.kind_in_html), name="mail_message_html"),
        ]
        return [*kinds, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        answer = super().changelist_view(request, extra_context)
        listed = getattr(answer, "context_data", None) or {}
        if "cl" in listed:
            record(
                verb=Verb.SEARCHED if listed["cl"].query else Verb.READ,
                what="mail.messages",
                at=timezone.now(),
                actor=request.user,  # type: ignore[arg-type]
                count=len(listed["cl"].result_list),
            )
        return answer

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        shown = self.get_object(request, object_id) if object_id else None
        if shown is not None and self.has_view_permission(request, shown):
            record(
                verb=Verb.READ,
                what="mail.message",
                at=timezone.now(),
                actor=request.user,  # type: ignore[arg-type]
                subject=shown,
            )
        return super().changeform_view(request, object_id, form_url, extra_context)

    def kinds(self, request: HttpRequest) -> HttpResponse:
        """Every kind of message, to be looked at."""
        self._ask_permission(request)
        return self._page(request, "mail/admin_kinds.html", title="Kinds of message", kinds=kinds_in_order())

    def kind(self, request: HttpRequest, name: str) -> HttpResponse:
        """How one kind reads, with fictitious values: its subject and its text; its HTML is a page of its own."""
        self._ask_permission(request)
        shown = _found(name)
        return self._page(request, "mail/admin_kind.html", title=shown.name, kind=shown, words=example_of(shown))

    @method_decorator(csp(POLICY_OF_A_PREVIEW))
    def kind_in_html(self, request: HttpRequest, name: str) -> HttpResponse:
        """The HTML as a reader gets it. It loads nothing and runs nothing: the policy says so too."""
        self._ask_permission(request)
        return HttpResponse(example_of(_found(name)).html)

    def _ask_permission(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.model._meta}
        return TemplateResponse(request, template, frame | context)


def _found(name: str) -> Kind:
    try:
        return kind_named(name)
    except NoSuchKind as error:
        raise Http404 from error
