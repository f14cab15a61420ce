#!/usr/bin/python3
"""Benchmark of the queue beside its peers, one figure a line: `name value unit`.

queue_bench.py BUILD [--peers FOLDER] [--rounds N] [--scale X] [--only TEXT]

  BUILD      build folder with bin/load_worker and bin/load_producer
  --peers    where node_modules with bullmq and bee-queue is; without it there are no peers
  --rounds   rounds, 3 unless given; the median of each figure is printed. What is compared is measured one after another,
             because such a machine may be faster in one minute than in the next
  --scale    multiplies the numbers of jobs
  --only     measure only what has this text in its name

A redis-server of its own on a unix socket, which keeps nothing on disk. Rates are those of warm workers: counted from
when a tenth of the jobs is done until the queue is empty.
"""

import argparse
import collections
import contextlib
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import redis

HERE = pathlib.Path(__file__).resolve().parent
DEADLINE_S = 120
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A private redis-server; gone with its folder at the end of the with block."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="freshet-load-")
        self.socket = f"{self.folder.name}/redis.sock"
        command = ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--dir", self.folder.name]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.redis = {db: redis.Redis(unix_socket_path=self.socket, db=db) for db in (0, 9)}
        wait_until("redis-server answers", self.answers)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def answers(self):
        with contextlib.suppress(redis.ConnectionError):
            return self.redis[0].ping()

    def empty(self):
        self.redis[0].flushall()
        self.redis[0].script_flush()
        self.redis[0].config_resetstat()

    def cpu_s(self):
        info = self.redis[0].info("cpu")
        return info["used_cpu_sys"] + info["used_cpu_user"]

    def peak_mib(self):
        return self.redis[0].info("memory")["used_memory_peak"] / 2**20


class System:
    """How one system is driven: a program with `enqueue`, `work` and `wait`, and the list on which its jobs wait."""

    def __init__(self, name, program, waiting, db=0, environment=None):
        self.name, self.program, self.waiting, self.db = name, program, waiting, db
        self.environment = {**os.environ, **(environment or {})}

    def run(self, server, *words):
        done = subprocess.run([*self.program, server.socket, *words], env=self.environment, check=True,
                              stdout=subprocess.PIPE, text=True, timeout=DEADLINE_S)
        return done.stdout.split()

    def start_worker(self, server, concurrency):
        return subprocess.Popen([*self.program, server.socket, "work", str(concurrency)], env=self.environment)

    def enqueue(self, server, count, kind):
        return float(self.run(server, "enqueue", str(count))[0])

    def left(self, server):
        return server.redis[self.db].llen(self.waiting)


class Freshet(System):
    def __init__(self, build):
        super().__init__("freshet", [f"{build}/bin/load_producer"], "rq:queue:default", db=9)
        self.worker = f"{build}/bin/load_worker"

    def start_worker(self, server, concurrency):
        runs = pathlib.Path(server.folder.name, "runs")
        for number in range(100):
            (runs / f"run-{number}").mkdir(parents=True, exist_ok=True)
        return subprocess.Popen([self.worker, "--redis-unix-socket", server.socket, "--runs-root", runs,
                                 "--concurrency", str(concurrency)])

    def enqueue(self, server, count, kind):
        return float(self.run(server, "enqueue", str(count), kind)[0])


def peers(folder):
    node = {"NODE_PATH": f"{folder}/node_modules"}
    return [
        System("bee-queue", ["node", HERE / "peers/bee_queue.js"], "bq:load:waiting", environment=node),
        System("bullmq", ["node", HERE / "peers/bullmq.js"], "bull:load:wait", environment=node),
        System("sidekiq", ["ruby", HERE / "peers/sidekiq.rb"], "queue:default"),
        System("rq", ["/usr/bin/python3", HERE / "peers/rq_peer.py"], "rq:queue:load"),
    ]


def wait_until(what, holds):
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {DEADLINE_S} s")
        time.sleep(0.002)


def cpu_s(worker):
    fields = pathlib.Path(f"/proc/{worker.pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_s_of_ended():
    """Of the child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_mib(worker):
    for line in pathlib.Path(f"/proc/{worker.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


@contextlib.contextmanager
def workers_of(system, server, processes, concurrency):
    """So many worker processes; they are told to end, and killed where they do not."""
    workers = [system.start_worker(server, concurrency) for _ in range(processes)]
    try:
        yield workers
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(timeout=DEADLINE_S)
    finally:
        for worker in workers:
            worker.kill()


class Bench:
    def __init__(self, server, options):
        self.server, self.options = server, options
        self.figures = collections.defaultdict(list)

    def note(self, name, value, unit):
        self.figures[name, unit].append(value)

    def wanted(self, name):
        return self.options.only in name

    def bulk_enqueue(self, system, count, kind):
        name = f"{system.name}.enqueue.{kind}"
        if not self.wanted(name):
            return
        count = int(count * self.options.scale)
        self.server.empty()
        before = self.server.cpu_s(), cpu_s_of_ended()
        seconds = system.enqueue(self.server, count, kind)
        self.note(f"{name}.rate", count / seconds, "jobs/s")
        self.note(f"{name}.redis_cpu", (self.server.cpu_s() - before[0]) / count * 1e6, "us/job")
        self.note(f"{name}.producer_cpu", (cpu_s_of_ended() - before[1]) / count * 1e6, "us/job")
        self.note(f"{name}.redis_peak", self.server.peak_mib(), "MiB")

    def drain(self, system, count, kind, processes, concurrency):
        name = f"{system.name}.drain.{kind}.workers={processes}.concurrency={concurrency}"
        if not self.wanted(name):
            return
        count = int(count * self.options.scale)
        self.server.empty()
        system.enqueue(self.server, count, kind)
        with workers_of(system, self.server, processes, concurrency) as workers:
            def look():
                return system.left(self.server), time.monotonic(), self.server.cpu_s(), sum(map(cpu_s, workers))

            wait_until(f"{name}: a tenth is done", lambda: system.left(self.server) <= count * 0.9)
            first = look()
            wait_until(f"{name}: all is done", lambda: system.left(self.server) == 0)
            last = look()
            peak = max(map(peak_mib, workers))
        jobs = first[0] - last[0]
        self.note(f"{name}.rate", jobs / (last[1] - first[1]), "jobs/s")
        self.note(f"{name}.redis_cpu", (last[2] - first[2]) / jobs * 1e6, "us/job")
        self.note(f"{name}.worker_cpu", (last[3] - first[3]) / jobs * 1e6, "us/job")
        self.note(f"{name}.worker_peak", peak, "MiB")

    def wait_for_start(self, system, count, concurrency):
        name = f"{system.name}.wait"
        if not self.wanted(name):
            return
        self.server.empty()
        with workers_of(system, self.server, 1, concurrency) as [worker]:
            system.run(self.server, "wait", "20")  # warm
            before = self.server.cpu_s(), cpu_s(worker)
            waits = sorted(float(line) / 1000 for line in system.run(self.server, "wait", str(count)))
            after = self.server.cpu_s(), cpu_s(worker)
            peak = peak_mib(worker)
        self.note(f"{name}.p50", waits[len(waits) // 2], "ms")
        self.note(f"{name}.p99", waits[int(len(waits) * 0.99)], "ms")
        self.note(f"{name}.redis_cpu", (after[0] - before[0]) / count * 1e6, "us/job")
        self.note(f"{name}.worker_cpu", (after[1] - before[1]) / count * 1e6, "us/job")
        self.note(f"{name}.worker_peak", peak, "MiB")

    def round_trip(self):
        times = []
        for _ in range(2000):
            begin = time.monotonic()
            self.server.redis[0].ping()
            times.append((time.monotonic() - begin) * 1000)
        self.note("redis.round_trip.p50", statistics.median(times), "ms")

    def print(self):
        for (name, unit), values in self.figures.items():
            print(f"{name} {statistics.median(values):.4g} {unit}")


# Jobs for about two seconds each; peers in the set-up that suits them best, their results dropped.
SETTINGS = [(kind, processes, concurrency)
            for kind in ("dropped", "kept", "run") for processes in (1, 2) for concurrency in (1, 16, 256)]
DRAINS = {
    "freshet": {(kind, p, c): (15_000 if c == 1 else 60_000) // (6 if kind == "run" else 1) for kind, p, c in SETTINGS},
    "bee-queue": {("dropped", p, c): 20_000 for p in (1, 2) for c in (1, 16, 256)},
    "bullmq": {("dropped", p, c): 15_000 for p in (1, 2) for c in (1, 16, 256)},
    "sidekiq": {("dropped", 1, 1): 5_000, ("dropped", 1, 16): 5_000, ("dropped", 2, 16): 10_000},
    "rq": {("dropped", 1, 1): 400},
}
ENQUEUES = {"freshet": 50_000, "bee-queue": 20_000, "bullmq": 20_000, "sidekiq": 50_000, "rq": 5_000}


def measure(bench, systems):
    for kind in ("dropped", "kept", "run"):
        for system in systems:
            if any(setting[0] == kind for setting in DRAINS[system.name]):
                bench.bulk_enqueue(system, ENQUEUES[system.name], kind)
    for setting in SETTINGS:
        for system in systems:
            if setting in DRAINS[system.name]:
                bench.drain(system, DRAINS[system.name][setting], *setting)
    for system in systems:
        bench.wait_for_start(system, 500, 16)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--peers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    systems = [Freshet(options.build)] + (peers(options.peers) if options.peers else [])
    with Server() as server:
        bench = Bench(server, options)
        for _ in range(options.rounds):
            bench.round_trip()
            measure(bench, systems)
        bench.print()


if __name__ == "__main__":
    sys.exit(main())
