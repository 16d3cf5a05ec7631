# The service for production: web, worker and beat run from this one image, with different commands.

FROM node:22-bookworm-slim AS front
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --omit=optional
COPY static ./static
RUN npm run build

FROM python:3.13-slim-bookworm AS packages
RUN pip install --no-cache-dir uv==0.13.8
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /build
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --no-cache

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
        ca-certificates postgresql-common \
    # pg_dump and pg_restore of the server's version, for backups.
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin mash \
    && install --directory --owner mash --group mash --mode 0700 /var/lib/mash/media
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    DJANGO_SETTINGS_MODULE=config.settings.production MEDIA_ROOT=/var/lib/mash/media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
COPY --from=front /build/static/build ./static/build
# Settings want to be complete; these values are gone when the step ends.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" ALLOWED_HOSTS=build \
    DATABASE_URL=postgres://build/build REDIS_URL=redis://build \
    python manage.py collectstatic --noinput --verbosity 0
USER 10001:10001
EXPOSE 8000
VOLUME /var/lib/mash/media
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "docker/check_web.py"]
CMD ["gunicorn", "--config", "docker/gunicorn.conf.py", "config.wsgi:application"]
