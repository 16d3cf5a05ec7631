"""A fictitious force with its partners, people, incidents, referrals and all that came of them: the same for the same seed."""
