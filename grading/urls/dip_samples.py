"""Addresses of dip_samples."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
