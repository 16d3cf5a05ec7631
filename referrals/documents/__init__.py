"""Documents of referrals."""
