"""/health/live and /health/ready for load balancers: no sign-in, no detail that helps an attacker."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from common.replaced_migrations import missing_migrations
from jobs.models import Heartbeat

HEARTBEAT_LIMIT = timedelta(seconds=60)


@never_cache
@login_not_required
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker heartbeat and migrations; 503 with the names of what is not ready."""
    checks = {"database": _database(), "broker": _broker()}
    checks["migrations"] = checks["database"] and _migrations()
    checks["worker"] = checks["migrations"] and _worker()
    is_ready = all(checks.values())
    return JsonResponse(
        {"status": "ok" if is_ready else "not ready", "checks": checks}, status=200 if is_ready else 503
    )


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    return True


def _broker() -> bool:
    try:
        cache.get("health")
    except (RedisError, OSError):
        return False
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes()) and not missing_migrations(connection)


def _worker() -> bool:
    return Heartbeat.objects.filter(at__gt=timezone.now() - HEARTBEAT_LIMIT).exists()
