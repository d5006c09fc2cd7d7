/** What 100 rows cost while some answers are bad: this package's node, and HTTP Request as it is used today. */
import type { WorkflowNode } from '../../scripts/n8n/client';
import { latestN8n } from '../../scripts/n8n/install';
import { packPackage } from '../../scripts/n8n/pack';
import {
	copyAi,
	chain,
	node,
	openSite,
	output,
	products,
	rows,
	run,
	start,
} from '../e2e/n8nInstance';
import type { Site } from '../e2e/n8nInstance';
import type { FaultKind } from '../fakes/copyAi';
import { fixed, tableOf, targetsOf } from './report';

const ROWS = 100;
/** Each hits one start of a hundred. */
const BAD: FaultKind[] = [
	'tooManyRequests',
	'serverErrorBefore',
	'badGatewayAfter',
	'resetBefore',
	'resetAfter',
	'truncatedAfter',
];
/** The most that n8n's settings offer. */
const RETRY = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1000 };

/** One way to start a run per row, and what came of it. */
interface Way {
	name: string;
	runs: number;
	status: string;
	/** Items returned. */
	items: number;
}

export async function creditsTable(say: (line: string) => void): Promise<string> {
	const site = await openSite(latestN8n, [await packPackage()]);
	try {
		const http = await measure(site, 'HTTP Request', httpRequest(site));
		const ours = await measure(site, '**Start and Wait**', copyAi(site, {}, RETRY));
		[http, ours].forEach(({ name, runs }) => say(`${name}: ${runs} runs`));
		return report([http, ours], ours);
	} finally {
		await site.close();
	}
}

async function measure(site: Site, name: string, work: WorkflowNode): Promise<Way> {
	const { fake } = site;
	fake.reset();
	fake.set({
		seed: 1,
		faults: BAD.map((kind) => ({ kind, on: ['startRun'], rate: 1 / 100 })),
	});
	const flow = chain(`Credits: ${work.name}`, start(), rows(products(ROWS)), work);
	const { execution } = await run(site, flow);
	const items = output(execution, work.name).length;
	return { name, runs: fake.runs.length, status: execution.status, items };
}

/** Starts the runs, and leaves it at that: what comes after would start nothing more. */
function httpRequest({ credential, fake }: Site): WorkflowNode {
	return node(
		'HTTP Request',
		'n8n-nodes-base.httpRequest',
		{
			method: 'POST',
			url: `${fake.url}/workflow/WCFG-e2e/run`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: credential.type,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '={{ { "startVariables": { "Input 1": $json.product }, "metadata": {} } }}',
			options: {},
		},
		{
			typeVersion: 4.5,
			credentials: { [credential.type]: { id: credential.id, name: credential.name } },
			...RETRY,
		},
	);
}

function report(ways: Way[], ours: Way): string {
	return [
		`${ROWS} rows, one run each, Retry On Fail with ${RETRY.maxTries} tries, in the same n8n. Of the starts ${BAD.length} % get a bad response, each kind equally
often: ${BAD.join(', ')}. Those with "After" have started a run anyway.`,
		targetsOf([
			{
				what: `${ROWS} rows start ${ROWS} runs, and all are returned`,
				measured: `${ours.runs} runs, ${ours.items} items`,
				isMet: ours.runs === ROWS && ours.items === ROWS && ours.status === 'success',
			},
		]),
		tableOf(
			['Node', 'Runs paid for', 'Runs per row', 'Items returned', 'The execution ended'],
			ways.map(({ name, runs, items, status }) => [
				name,
				fixed(runs),
				fixed(runs / ROWS, 2),
				fixed(items),
				status,
			]),
		),
	].join('\n\n');
}
