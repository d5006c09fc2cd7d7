import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { endpoints } from '../CopyAi/api';
import { clock } from '../shared/http';
import { beginCatchUp, CatchUp, movedUrl, newSalt, readState } from '../shared/trigger';
import { MissedEvents } from './missedEvents';
import { readApiKey, readN8nUrl, readTarget } from './desiredWebhooks';
import { listRuns } from './listedRuns';
import { createLog, type Log } from './log';
import { readSettings, type Settings } from './settings';
import { register } from './webhookMethods';

/** n8n has started, or this process has become the leader. Anything else is done by a user. */
const STARTS = ['init', 'leadershipChange'];

/**
 * What runs beside the webhook while the workflow is active, in n8n's main process only: it repairs the webhooks when
 * n8n starts, catches up what wasn't delivered, and starts executions for events that are confirmed late.
 *
 * @throws NodeOperationError for parameters with which no event could be received
 */
export async function startTrigger(context: ITriggerFunctions): Promise<ITriggerResponse> {
	// A test listens to its webhook only.
	if (context.getMode() === 'manual') return {};
	// n8n evaluates expressions now, but not after this method has returned.
	const settings = readSettings(context);
	const mode = context.getActivationMode();
	const log = createLog(context, []);
	const data = context.getWorkflowStaticData('node');
	// At once: n8n can register the webhooks at the same time, which needs the same salt.
	data.salt = readState(data).salt ?? newSalt();

	if (STARTS.includes(mode)) await repairWebhooks(context, log);
	await prepareCatchUp(context, settings, mode, log);

	const stopped = new AbortController();
	const apiKey = await readApiKey(context);
	const missed = new MissedEvents(context, settings, apiKey, stopped.signal);
	if (settings.catchUp) void new CatchUp(missed, clock, stopped.signal).run();
	return {
		closeFunction: async () => {
			stopped.abort();
			missed.close();
		},
	};
}

/** Registers what is missing. n8n 2 doesn't check webhooks when it starts. */
async function repairWebhooks(context: ITriggerFunctions, log: Log): Promise<void> {
	const { url, n8nUrl } = readState(context.getWorkflowStaticData('node'));
	const nowUrl = readN8nUrl(context);
	const ownUrl = url && movedUrl(url, n8nUrl ?? '', nowUrl);
	if (!ownUrl) return;
	const target = readTarget(context, ownUrl);
	await register(context, target, nowUrl).catch((error: Error) =>
		log('error', `couldn't check its webhooks: ${error.message}`),
	);
}

/**
 * Sets from when on events are caught up: from now on if a user has activated the workflow, or changed what the trigger
 * is set to; otherwise it stays as it was.
 */
async function prepareCatchUp(
	context: ITriggerFunctions,
	{ catchUp, workflowId, events }: Settings,
	mode: string,
	log: Log,
): Promise<void> {
	const data = context.getWorkflowStaticData('node');
	const state = readState(data);
	if (!catchUp) {
		delete data.catchUp;
		return;
	}
	const scope = JSON.stringify([workflowId ?? '', ...[...events].sort()]);
	if (mode !== 'activate' && state.catchUp?.scope === scope) return;

	const api = await endpoints(context);
	const workflows = workflowId ? [workflowId] : state.workflows;
	const pages = await Promise.all(workflows.map(async (id) => await listRuns(api, id, 1)));
	if (pages.includes(undefined)) {
		log('warn', "couldn't list the runs that exist already: those created from now on count");
	}
	const runs = pages.flatMap((page) => page ?? []);
	const begun = beginCatchUp(scope, runs, clock.now());
	data.catchUp = { ...begun.state };
	data.seen = [...new Set([...state.seen, ...begun.keys])];
}
