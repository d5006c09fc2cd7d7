/** 1,000 runs started and not waited for: this package's node against n8n's HTTP Request, with and without an expression. */
import { EXPRESSION_CREDENTIAL, EXPRESSION_NODE } from './lib/expressionPackage';
import { copyAi, type Flow, httpStarts } from './lib/flows';
import type { Lab, Measured } from './lib/n8n';
import type { FakeService, ServiceState } from './lib/service';
import { fixed, median, tableOf, targetsOf } from './report';

const STARTS = 1000;
const CONCURRENCY = 100;
const ROUNDS = 5;
const MOST_RATIO = 0.55;

/** One way to start, and what its rounds took. */
interface Way {
	name: string;
	authenticate: 'function' | 'expression';
	flow: Flow;
	rounds: Array<{ n8n: Measured; service: ServiceState }>;
}

/** @param quick one round instead of the median of five */
export async function startsTable(
	lab: Lab,
	service: FakeService,
	say: (line: string) => void,
	quick: boolean,
): Promise<string> {
	const byFunction = { service, credential: await lab.credential('copyAiApi', service) };
	const byExpression = {
		service,
		credential: await lab.credential(EXPRESSION_CREDENTIAL, service),
	};
	const ways: Way[] = [
		{
			name: 'HTTP Request',
			authenticate: 'expression',
			flow: httpStarts(byExpression),
			rounds: [],
		},
		{
			name: '**Start**',
			authenticate: 'expression',
			flow: copyAi('start', byExpression, CONCURRENCY, EXPRESSION_NODE),
			rounds: [],
		},
		{ name: 'HTTP Request', authenticate: 'function', flow: httpStarts(byFunction), rounds: [] },
		{
			name: '**Start**',
			authenticate: 'function',
			flow: copyAi('start', byFunction, CONCURRENCY),
			rounds: [],
		},
	];
	for (const { flow } of ways) await lab.execute(flow, 50);
	// In turns, so that whatever changes meanwhile changes for all.
	for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
		for (const way of ways) {
			await service.reset();
			const n8n = await lab.execute(way.flow, STARTS);
			const state = await service.state();
			if (state.runs !== STARTS) throw new Error(`${way.name} started ${state.runs} runs`);
			way.rounds.push({ n8n, service: state });
			say(`${way.name} with ${way.authenticate}: ${fixed(n8n.ended - n8n.began)} ms`);
		}
	}

	const [httpBefore, oursBefore, http, ours] = ways.map(secondsOf);
	const ratio = ours / http;
	return [
		about(ways[0].rounds.length),
		targetsOf([
			{
				what: `Start takes at most ${MOST_RATIO} times what HTTP Request takes with the same credential`,
				measured: fixed(ratio, 2),
				isMet: ratio <= MOST_RATIO,
			},
			{
				what: 'Start is faster than with an expression in `authenticate`',
				measured: `${fixed(oursBefore, 2)} s before, ${fixed(ours, 2)} s after`,
				isMet: ours < oursBefore,
			},
			{
				what: 'HTTP Request is faster than with an expression in `authenticate`',
				measured: `${fixed(httpBefore, 2)} s before, ${fixed(http, 2)} s after`,
				isMet: http < httpBefore,
			},
		]),
		tableOf(
			[
				'Node',
				'`authenticate` is',
				'Time (s)',
				'Fastest (s)',
				'Slowest (s)',
				'Starts per second',
				'Most in flight',
				'Processor time per start (ms)',
				'Longest block (ms)',
			],
			ways.map((way) => [
				way.name,
				way.authenticate === 'function' ? 'a function (as released)' : 'an expression (before)',
				fixed(secondsOf(way), 2),
				fixed(Math.min(...spans(way)), 2),
				fixed(Math.max(...spans(way)), 2),
				fixed(STARTS / secondsOf(way)),
				fixed(Math.max(...way.rounds.map((round) => round.service.maxInFlight))),
				fixed(median(way.rounds.map(({ n8n }) => n8n.cpuMs / STARTS)), 1),
				fixed(median(way.rounds.map(({ n8n }) => n8n.blockMs))),
			]),
		),
	].join('\n\n');
}

function about(rounds: number): string {
	return `${fixed(STARTS)} items are started in the same n8n, with the same credential and variables: by this package's Start with a
concurrency of ${CONCURRENCY}, and by HTTP Request, which sends all at once. Every answer of the service takes 50 ms. "Before" is a
throw-away copy of this package whose credential has \`={{$credentials.apiKey}}\` in \`authenticate\`. The time is that of
the node, ${rounds === 1 ? 'of one round' : `the median of ${rounds} rounds in turns`}.`;
}

/** Seconds, of each round. */
function spans({ rounds }: Way): number[] {
	return rounds.map(({ n8n }) => (n8n.ended - n8n.began) / 1000);
}

function secondsOf(way: Way): number {
	return median(spans(way));
}
