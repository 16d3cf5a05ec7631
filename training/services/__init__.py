"""Rules that write. Grading tells training through `suggest_module`; all else is asked for from the file that holds it."""

from training.services.modules import suggest_module

__all__ = ["suggest_module"]
