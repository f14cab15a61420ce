#!/usr/bin/python3
"""Builds the climates of runs from Python, with RQ alone, and has one more job follow when the last is done.

    REDIS_URL=redis://localhost:6379 ./producer.py <run id>...
"""
import os
import sys
import time

from redis import Redis
from rq import Queue, Retry

redis = Redis.from_url(os.environ.get('REDIS_URL', 'redis://localhost:6379'), db=9)
queue = Queue('default', connection=redis)

runs = sys.argv[1:]
climates = [queue.enqueue('wepppy.rq.project_rq.build_climate_rq', run, job_timeout='1h', retry=Retry(max=2))
            for run in runs]
last = queue.enqueue('freshet.noop', 'climates are built', runs=runs, depends_on=climates)

while not last.is_finished:
    for climate in climates:
        if climate.is_failed:
            sys.exit(f'{climate.description}: {climate.exc_info}')
    time.sleep(0.1)
print(last.get_status(), last.return_value())
