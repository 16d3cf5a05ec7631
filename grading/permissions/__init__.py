"""Who may do what in grading."""
