"""The API of referrals: the same services and permissions as the pages."""
