"""The main job from end to end, without a person, on fresh servers and with a real worker.

`manage.py smoke` does the job and compares; this starts what it needs and stops it again.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from devtools.binaries import CannotFindServer
from devtools.servers import CannotStartServer, temporary_servers
from devtools.service import CannotRunService, Service

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """The exit code of `manage.py smoke`."""
    with tempfile.TemporaryDirectory(prefix="mash-smoke-") as folder, temporary_servers() as urls:
        environment = os.environ | urls.environment()
        environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "SECRET_KEY": "demonstration-only-" + "0" * 40,
            "MEDIA_ROOT": str(Path(folder) / "media"),
        }
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
        with Service(environment=environment, log_folder=Path(folder)) as service:
            service.start_worker()
            service.start_beat()
            service.wait_for_worker()
            code = subprocess.run([*manage, "smoke", *sys.argv[1:]], cwd=ROOT, env=environment).returncode
            if code != 0:
                print(service.last_lines(), file=sys.stderr)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotStartServer, CannotFindServer, CannotRunService, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
