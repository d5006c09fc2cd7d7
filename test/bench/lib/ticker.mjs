// Preloaded into n8n: writes down, to the file in BENCH_TICKER with the process id behind it, each time its event loop
// stood still for 20 ms or more, and each garbage collection that held it up for 5 ms or more. A line is what it was,
// when it ended (ms since 1970), how long it was (ms), and how long its thread had a processor meanwhile (ms).
import { appendFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';

const everyMs = 10;
const leastBlockMs = 20;
const leastCollectionMs = 5;
const file = `${process.env.BENCH_TICKER}.${process.pid}`;

function note(what, end, ...lengths) {
	const times = [performance.timeOrigin + end, ...lengths].map((ms) => ms.toFixed(1));
	appendFileSync(file, `${what} ${times.join(' ')}\n`);
}

function cpuMs(since) {
	const { user, system } = process.threadCpuUsage(since);
	return (user + system) / 1000;
}

let last = performance.now();
let lastCpu = process.threadCpuUsage();

setInterval(() => {
	const now = performance.now();
	const late = now - last - everyMs;
	if (late >= leastBlockMs) note('block', now, late, cpuMs(lastCpu));
	last = performance.now();
	lastCpu = process.threadCpuUsage();
}, everyMs).unref();

new PerformanceObserver((list) => {
	for (const { startTime, duration } of list.getEntries()) {
		if (duration >= leastCollectionMs) note('gc', startTime + duration, duration, duration);
	}
}).observe({ entryTypes: ['gc'] });
