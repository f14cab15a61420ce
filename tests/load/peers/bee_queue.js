// Bee-Queue in the benchmark: bee_queue.js SOCKET enqueue COUNT | work CONCURRENCY | wait COUNT
'use strict';
const Queue = require('bee-queue');
const Redis = require('ioredis');
const [socket, mode, number] = process.argv.slice(2);
const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
const queue = new Queue('load', {
  redis: { path: socket },
  isWorker: mode === 'work',
  removeOnSuccess: true,
  getEvents: false,
  sendEvents: false,
});

async function enqueue(count) {
  await queue.ready();
  const begin = now();
  for (let done = 0; done < count; done += 5000) {
    const size = Math.min(5000, count - done);
    await queue.saveAll(Array.from({ length: size }, () => queue.createJob({})));
  }
  console.log(((now() - begin) / 1e6).toFixed(6));
}

async function wait(count) {
  const redis = new Redis({ path: socket });
  for (let i = 0; i < count; i++) {
    const enqueued = now();
    await queue.createJob({ stamp: true }).save();
    console.log((await redis.blpop('load:started', 10))[1] - enqueued);
    await new Promise((go) => setTimeout(go, 2));
  }
  redis.disconnect();
}

async function main() {
  if (mode === 'work') {
    const redis = new Redis({ path: socket });
    queue.process(Number(number), async (job) => {
      if (job.data.stamp) await redis.rpush('load:started', now());
    });
    process.on('SIGTERM', () => process.exit(0));
    return;
  }
  await (mode === 'enqueue' ? enqueue : wait)(Number(number));
  await queue.close();
}
main();
