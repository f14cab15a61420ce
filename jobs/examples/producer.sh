#!/bin/sh
# Builds the climates of runs from a shell, one after the other; ends with the exit code of the first that does not
# finish (1 failed, 5 already queued or running).
#     REDIS_URL=redis://localhost:6379 ./producer.sh <run id>...
set -eu
for run; do
    freshet enqueue build_climate "$run" --wait
done
