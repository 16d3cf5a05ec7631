"""The home page and the pages that look at everything."""

from django.urls import path

from insights import views

urlpatterns = [
    path("", views.home, name="home"),
    path("records/access-log/", views.access_log, name="access_log"),
]
