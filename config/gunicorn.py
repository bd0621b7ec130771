"""How gunicorn serves the store, in the image and in `script/server` alike.

The settings are read once: after a change restart the server, a HUP keeps the old ones.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from config.settings import HOST, LOGGING, PORT, env_int

bind = f"[{HOST}]:{PORT}" if ":" in HOST.strip("[]") else f"{HOST}:{PORT}"
worker_class = "gthread"
workers = env_int("WEB_WORKERS", default=2)
threads = env_int("WEB_THREADS", default=4)
timeout = 30
graceful_timeout = 20
keepalive = 5
# As long as the proxy's buffers: behind it the proxy refuses first, in JSON.
limit_request_line = 8190
limit_request_field_size = 8190
limit_request_fields = 100
# A worker proves its life by touching a file; a busy disk must not look like a hang.
shared_memory = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(shared_memory) if shared_memory.is_dir() else None
# It would need a home directory, and the image has none.
control_socket_disable = True
# Its own lines as JSON, too.
own = {"level": "INFO", "handlers": ["console"], "propagate": False}
logconfig_dict = LOGGING | {"loggers": {"gunicorn.error": own, "gunicorn.access": own}}
# If somebody wants an access log: without addresses and queries, where links in letters
# carry tokens.
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(D)s us"
# Where the processes share what they count for /metrics (prometheus_client).
metrics = Path(worker_tmp_dir or tempfile.gettempdir()) / f"storekeeper-{os.getpid()}"
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={metrics}"]


class logger_class(Logger):  # the setting's name
    """No access log unless `--access-logfile -` asks for it: the proxy keeps one.

    gunicorn itself would write one as soon as there is a `logconfig_dict`.
    """

    def access(self, *request: Any) -> None:
        if self.cfg.accesslog:
            super().access(*request)


def on_starting(server: Any) -> None:
    shutil.rmtree(metrics, ignore_errors=True)  # of a process that was killed
    metrics.mkdir(mode=0o700)


def post_worker_init(worker: Any) -> None:
    # What is loaded now stays: looking through it again and again for rubbish took 5 %
    # of a worker's time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def on_exit(server: Any) -> None:
    shutil.rmtree(metrics, ignore_errors=True)
