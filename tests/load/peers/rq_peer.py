"""RQ in the benchmark: rq_peer.py SOCKET enqueue COUNT | work CONCURRENCY | wait COUNT (concurrency is always 1)."""
import sys
import time

from redis import Redis
from rq import Queue, SimpleWorker


def noop():
    pass


def stamp():
    started = time.time_ns() // 1000
    Redis(unix_socket_path=sys.argv[1]).rpush("load:started", started)


def enqueue(queue, count):
    begin = time.monotonic()
    for done in range(0, count, 5000):
        jobs = [Queue.prepare_data("rq_peer.noop", result_ttl=0) for _ in range(min(5000, count - done))]
        queue.enqueue_many(jobs)
    print(f"{time.monotonic() - begin:.6f}")


def wait(queue, count):
    for _ in range(count):
        enqueued = time.time_ns() // 1000
        queue.enqueue("rq_peer.stamp", result_ttl=0)
        print(int(queue.connection.blpop("load:started", 10)[1]) - enqueued)
        time.sleep(0.002)


def main(socket, mode, number):
    queue = Queue("load", connection=Redis(unix_socket_path=socket))
    if mode == "work":
        SimpleWorker([queue], connection=queue.connection).work(logging_level="ERROR")
    else:
        (enqueue if mode == "enqueue" else wait)(queue, int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
