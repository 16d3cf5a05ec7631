"""PPN and CPI referrals and incidents, from draft to the agency's answer."""
