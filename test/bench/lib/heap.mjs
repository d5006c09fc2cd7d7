// Preloaded into n8n: at each SIGUSR2 collects all garbage, and adds the heap that is in use then (bytes) as a line to the
// file in BENCH_HEAPS. What stays after a collection is what somebody holds on to.
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
	collect();
	appendFileSync(process.env.BENCH_HEAPS, `${process.memoryUsage().heapUsed}\n`);
});
