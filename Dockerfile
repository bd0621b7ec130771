# The Debian release is part of the pin: `operator` below takes PostgreSQL's client of
# the server's major version from it.
FROM python:3.13-slim-trixie AS base
ENV PYTHONUNBUFFERED=1 \
    PATH=/venv/bin:$PATH
WORKDIR /app


FROM base AS builder
# requirements-observability.lock adds Sentry and OpenTelemetry, requirements-s3.lock
# photos in a bucket.
ARG REQUIREMENTS=requirements.lock
COPY requirements.lock requirements-observability.lock requirements-s3.lock ./
# The venv has no pip of its own, so the image below cannot grow packages from it. A
# package that was exchanged on its way has another hash and is refused.
RUN python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --no-cache-dir --require-hashes -r "$REQUIREMENTS"
COPY . .
# The settings refuse to load without a key; this one never leaves this line.
# Bytecode is made here because the running file system is read-only.
RUN DEBUG=off SECRET_KEY=only-to-collect-static-files-and-never-to-serve-a-request \
    python manage.py collectstatic --noinput \
    && python -m compileall -q .


FROM base AS server
LABEL org.opencontainers.image.title="Storekeeper" \
      org.opencontainers.image.description="A store backend: API, admin and worker."
# Made before VOLUME, so that new volumes belong to the user.
RUN groupadd --gid 10001 store \
    && useradd --uid 10001 --gid store --no-create-home --shell /usr/sbin/nologin store \
    && install --directory --owner=store --group=store /data /data/media
ENV DEBUG=off \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data
COPY --from=builder /venv /venv
COPY --from=builder /app /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# http.client, not urllib: it ignores proxy variables and follows no redirect to https.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/health/live', headers={'Host': 'localhost', 'X-Forwarded-Proto': 'https'}); sys.exit(c.getresponse().status != 200)"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]


# For `backup`, `restore` and `doctor --rehearse`; nothing that serves has it.
FROM server AS operator
USER 0:0
# The Debian release is pinned above, and the client follows it.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=store --group=store --mode=0700 /backups
ENV BACKUP_DIR=/backups
USER 10001:10001
VOLUME /backups
HEALTHCHECK NONE
CMD ["python", "manage.py", "backup", "--every", "24"]


# The last stage is what `docker build .` makes.
FROM server
