"""Health check of beat: what it started lately has been done. Exit code 0 or 1."""

import os
import sys
from pathlib import Path

import psycopg

QUESTION = "SELECT count(*) FROM jobs_heartbeat WHERE at > now() - interval '2 minutes'"


def main() -> int:
    file = os.environ.get("DATABASE_URL_FILE")
    address = Path(file).read_text().strip() if file else os.environ["DATABASE_URL"]
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            row = connection.execute(QUESTION).fetchone()
    except psycopg.Error as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if row and row[0] else 1


if __name__ == "__main__":
    sys.exit(main())
