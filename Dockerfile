# syntax=docker/dockerfile:1
# No engine has built this yet: tests/test_dockerfile.py runs the steps in an empty directory and starts the result.
FROM python:3.11-slim AS build

WORKDIR /build
RUN python -m venv /opt/samenspraak
COPY requirements.lock ./
RUN /opt/samenspraak/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY prompts prompts
COPY storage storage
RUN /opt/samenspraak/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11-slim

RUN useradd --system --uid 10001 --home-dir /data --create-home samenspraak
COPY --from=build /opt/samenspraak /opt/samenspraak
ENV PATH=/opt/samenspraak/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SAMENSPRAAK_HOST=0.0.0.0 \
    SAMENSPRAAK_PORT=8080 \
    DATABASE_URL=sqlite:////data/samenspraak.db
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['SAMENSPRAAK_PORT'] + '/healthz', timeout=4)"]
CMD ["samenspraak", "serve"]
