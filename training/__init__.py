"""Modules, CPD records and two-step sign-off."""
