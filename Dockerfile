# A small image that runs fedblog as a plain user, with one volume. PostgreSQL's driver is in it too.
#
#   docker build -t fedblog .
#   docker run --rm -v blog:/data fedblog init --base-url https://blog.example.org
#   docker run -d --name blog -v blog:/data -p 127.0.0.1:8000:8000 fedblog

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv /opt/fedblog
COPY requirements/build.txt requirements/postgres.txt requirements/
RUN python -m venv tools \
    && tools/bin/pip install --require-hashes --requirement requirements/build.txt \
    && /opt/fedblog/bin/pip install --require-hashes --only-binary :all: --requirement requirements/postgres.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN tools/bin/python -m flit_core.wheel --outdir wheels . \
    && /opt/fedblog/bin/pip install --no-deps --no-index wheels/*.whl \
    && /opt/fedblog/bin/pip uninstall --yes pip

FROM python:3.13-slim
LABEL org.opencontainers.image.title="fedblog" \
      org.opencontainers.image.description="A blog that is a fediverse account" \
      org.opencontainers.image.licenses="AGPL-3.0-or-later"
RUN groupadd --gid 1000 fedblog \
    && useradd --uid 1000 --gid fedblog --home-dir /data --no-create-home --shell /usr/sbin/nologin fedblog \
    && install --directory --owner fedblog --group fedblog --mode 0700 /data
COPY --from=build /opt/fedblog /opt/fedblog
# The volume holds all there is: fedblog.toml, the database, media and keys.
ENV PATH="/opt/fedblog/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    FEDBLOG_SERVER__HOST=0.0.0.0 \
    FEDBLOG_SERVER__PORT=8000 \
    FEDBLOG_STORAGE__DATA_DIRECTORY=/data
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["fedblog", "--config", "/data/fedblog.toml"]
CMD ["serve"]
