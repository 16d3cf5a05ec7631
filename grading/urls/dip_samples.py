"""Addresses of dip samples."""

from django.urls import URLPattern, path

from grading.views import compliance, dip_samples, earlier, reviews, set_aside, settling

urlpatterns: list[URLPattern] = [
    path("dip-samples/", dip_samples.dip_samples, name="dip_samples"),
    path("dip-samples/new/", dip_samples.dip_sample_draw, name="dip_sample_draw"),
    path("dip-samples/compliance/", compliance.dip_sample_compliance, name="dip_sample_compliance"),
    path("dip-samples/earlier/", earlier.earlier_reviews, name="earlier_reviews"),
    path("dip-samples/earlier/new/", earlier.earlier_reviews_import, name="earlier_reviews_import"),
    path("dip-samples/earlier/check/", earlier.earlier_reviews_check, name="earlier_reviews_check"),
    path("dip-samples/earlier/template/", earlier.earlier_reviews_template, name="earlier_reviews_template"),
    path("dip-samples/earlier/<uuid:pk>/", earlier.earlier_reviews_take_back, name="earlier_reviews_take_back"),
    path("dip-samples/<uuid:pk>/", dip_samples.dip_sample, name="dip_sample"),
    path("dip-samples/<uuid:pk>/check-draw/", dip_samples.dip_sample_check_draw, name="dip_sample_check_draw"),
    path("dip-samples/<uuid:pk>/publish/", dip_samples.dip_sample_publish, name="dip_sample_publish"),
    path("dip-samples/<uuid:pk>/set-aside/", set_aside.dip_sample_set_aside, name="dip_sample_set_aside"),
    path("dip-samples/<uuid:pk>/incidents/<uuid:sampled_pk>/", reviews.dip_sample_review, name="dip_sample_review"),
    path(
        "dip-samples/<uuid:pk>/incidents/<uuid:sampled_pk>/settle/",
        settling.dip_sample_settle,
        name="dip_sample_settle",
    ),
]
