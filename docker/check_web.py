"""Health check of the web container: the process answers. Exit code 0 or 1."""

import http.client
import os
import ssl
import sys

PATH = "/health/live"


def main() -> int:
    host, port = "127.0.0.1", int(os.environ.get("PORT", "8000"))
    name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    connection: http.client.HTTPConnection
    if os.environ.get("TLS_CERT_FILE"):
        # We ask ourselves on this machine; whose name the certificate carries is the browsers' concern.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, port, timeout=5, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", PATH, headers={"Host": name})
        return 0 if connection.getresponse().status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
