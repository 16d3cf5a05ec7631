"""Pages of referrals, a module per desk: who writes, who works the queue, who receives, and who reads."""
