"""Agencies, teams, users, roles and sign-in."""
