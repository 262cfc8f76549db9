#!/bin/sh
# SeaweedFS as a small S3 server that keeps everything in /data. Its S3 door (8333) asks for the keys below; master, volume and
# filer ask for none and listen inside this container alone. Publish no port of it: only api and worker need to reach it.
set -eu
umask 077
: "${S3_ACCESS_KEY:?}" "${S3_SECRET_KEY:?}"
data=${S3_DATA:-/data}
port=${S3_PORT:-8333}

identities=$(mktemp)
cat > "$identities" <<JSON
{"identities": [{"name": "piaogen",
  "credentials": [{"accessKey": "$S3_ACCESS_KEY", "secretKey": "$S3_SECRET_KEY"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
JSON

weed -logtostderr=true server "-dir=$data" -ip=127.0.0.1 -ip.bind=127.0.0.1 \
    -master.telemetry=false -master.electionTimeout=1s -master.volumeSizeLimitMB=1024 \
    -volume.max=0 -volume.preStopSeconds=1 -filer \
    -s3 -s3.ip.bind=0.0.0.0 "-s3.port=$port" "-s3.config=$identities" -s3.iam=false -s3.port.iceberg=0 -s3.port.lance=0 -webdav=false &
server=$!
trap 'kill -TERM $server' TERM INT

# By default it answers before the bytes are on the disk; an archive may not.
until echo "fs.configure -locationPrefix=/buckets/ -fsync=true -apply" | weed shell -master=127.0.0.1:9333 -filer=127.0.0.1:8888 >/dev/null 2>&1; do
    kill -0 $server 2>/dev/null || exit 1
    sleep 1
done
# A signal ends the first wait; the second lets it finish what it is writing.
wait $server || wait $server
