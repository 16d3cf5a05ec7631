"""The ground floor: no models, knows no app."""
