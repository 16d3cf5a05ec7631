"""Every address of the service. Each has a row in tests/permissions."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import health, pages
from partners.views.certificates import certificate_verify

urlpatterns = [
    path("", include("insights.urls")),
    path("referrals/", include("referrals.urls")),
    path("grading/", include("grading.urls")),
    path("training/", include("training.urls")),
    path("partners/", include("partners.urls")),
    path("account/", include("accounts.urls")),
    path("mail/", include("mail.urls")),
    path("api/v1/", include("referrals.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("verify/<str:token>/", certificate_verify, name="certificate_verify"),
    path("help/", pages.show, {"page": "help"}, name="help"),
    path("accessibility/", pages.show, {"page": "accessibility"}, name="accessibility"),
    path("privacy/", pages.show, {"page": "privacy"}, name="privacy"),
    path("admin/", admin.site.urls),
]

handler400 = "config.pages.bad_request"
handler403 = "config.pages.forbidden"
handler404 = "config.pages.not_found"
handler429 = "config.pages.too_many"
handler500 = "config.pages.broken"
