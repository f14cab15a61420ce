// BullMQ in the benchmark: bullmq.js SOCKET enqueue COUNT | work CONCURRENCY | wait COUNT
'use strict';
const { Queue, Worker } = require('bullmq');
const Redis = require('ioredis');
const [socket, mode, number] = process.argv.slice(2);
const connection = { path: socket, maxRetriesPerRequest: null };
const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

async function enqueue(queue, count) {
  await queue.waitUntilReady();
  const begin = now();
  for (let done = 0; done < count; done += 5000) {
    const size = Math.min(5000, count - done);
    await queue.addBulk(Array.from({ length: size }, () => ({ name: 'noop', data: {}, opts: { removeOnComplete: true } })));
  }
  console.log(((now() - begin) / 1e6).toFixed(6));
}

async function wait(queue, count) {
  const redis = new Redis(connection);
  for (let i = 0; i < count; i++) {
    const enqueued = now();
    await queue.add('stamp', {}, { removeOnComplete: true });
    console.log((await redis.blpop('load:started', 10))[1] - enqueued);
    await new Promise((go) => setTimeout(go, 2));
  }
  redis.disconnect();
}

async function main() {
  if (mode === 'work') {
    const redis = new Redis(connection);
    const handle = async (job) => {
      if (job.name === 'stamp') await redis.rpush('load:started', now());
    };
    const worker = new Worker('load', handle, { connection, concurrency: Number(number) });
    process.on('SIGTERM', async () => { await worker.close(); process.exit(0); });
    return;
  }
  const queue = new Queue('load', { connection });
  await (mode === 'enqueue' ? enqueue : wait)(queue, Number(number));
  await queue.close();
}
main();
