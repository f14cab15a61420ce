"""The Python side of the run store, as the contract describes it, for one step of a test.

python_side.py SOCKET RUN_DIR STEP [argument]; prints what it found as JSON.
"""
import json
import os
import sys
import uuid

import redis


class Side:
    def __init__(self, socket, run_dir):
        self.run_dir = run_dir
        self.run_id = os.path.basename(run_dir)
        self.locks = redis.Redis(unix_socket_path=socket, db=0, decode_responses=True)
        self.cache = redis.Redis(unix_socket_path=socket, db=13, decode_responses=True)
        self.lock_key = f"nodb-lock:{self.run_id}:climate.nodb"
        self.cache_key = f"nodb_cache:{self.run_id}:climate"
        self.path = os.path.join(run_dir, "climate.nodb")

    def lock(self, ttl=21600):
        now = int(self.locks.time()[0])
        payload = {"token": uuid.uuid4().hex, "owner": "pyhost:77", "acquired_at": now, "expires_at": now + ttl, "ttl": ttl}
        taken = self.locks.set(self.lock_key, json.dumps(payload, separators=(",", ":")), nx=True, ex=ttl)
        if taken:
            self.locks.hset(self.run_id, "locked:climate.nodb", "true")
        return {"taken": bool(taken), "token": payload["token"]}

    def holder(self):
        value = self.locks.get(self.lock_key)
        return {"payload": json.loads(value) if value else None,
                "flag": self.locks.hget(self.run_id, "locked:climate.nodb")}

    def unlock(self, token):
        held = json.loads(self.locks.get(self.lock_key) or "{}").get("token") == token
        if held:
            self.locks.delete(self.lock_key)
            self.locks.hset(self.run_id, "locked:climate.nodb", "false")
        return {"freed": held}

    def load(self):
        """Cache whose signature is the file's, else the file, which is put into the cache unchecked."""
        stat = os.stat(self.path)
        text = self.cache.get(self.cache_key)
        if text:
            document = json.loads(text)
            if document.get("_nodb_mtime") == stat.st_mtime and document.get("_nodb_size") == stat.st_size:
                return {"from": "cache", "years": document["years"]}
        with open(self.path) as file:
            document = json.load(file)
        self.put(document, stat)
        return {"from": "file", "years": document["years"]}

    def put(self, document, stat):
        entry = dict(document, _nodb_mtime=stat.st_mtime, _nodb_size=stat.st_size)
        self.cache.set(self.cache_key, json.dumps(entry), ex=72 * 3600)

    def save(self, years):
        with open(self.path) as file:
            document = json.load(file)
        document["years"] = int(years)
        with open(self.path, "w") as file:
            json.dump(document, file)
        self.put(document, os.stat(self.path))
        return {"saved": document["years"]}

    def run_hash(self):
        return self.locks.hgetall(self.run_id)

    def stamp(self, task):
        self.locks.hset(self.run_id, f"timestamps:{task}", int(self.locks.time()[0]))
        self.locks.hset(self.run_id, "attrs:has_sbs", "true")
        return {}


if __name__ == "__main__":
    side = Side(sys.argv[1], sys.argv[2])
    print(json.dumps(getattr(side, sys.argv[3])(*sys.argv[4:])))
