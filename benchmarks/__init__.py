"""One script per promise. Each measures its side and a peer in turns, in one run, and prints the ratio of the medians.

    make bench                          all of them, at 10 thousand, 100 thousand and 1 million referrals
    make bench SIZES=10000              quicker
    python -m benchmarks.queue_page     one, on the database that DATABASE_URL names

Set up here, so that each script may import models at its top.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
# One session of the database, whose CPU time can be read.
os.environ.setdefault("DATABASE_POOL_SIZE", "0")
django.setup()
