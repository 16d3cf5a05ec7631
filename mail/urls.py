"""Addresses of mail: where GOV.UK Notify says what became of a message."""

from django.urls import path

from mail import views

app_name = "mail"

urlpatterns = [
    path("notify/", views.notify_callback, name="notify_callback"),
]
