import {
	type FaultKind,
	type FaultRule as CommonFaultRule,
	mergeNamed,
} from '../../../../test/fakes/core';

/** What the fake has of B3OS's API. */
export type Endpoint =
	| 'startRun'
	| 'getRun'
	| 'listRuns'
	| 'listAllRuns'
	| 'cancelRun'
	| 'retryRun'
	| 'listActivity'
	| 'listWorkflows'
	| 'getWorkflow'
	| 'getLive'
	| 'listOrganizations';

export type { FaultKind };

/** A fault and whom it hits. */
export interface FaultRule extends CommonFaultRule<Endpoint> {
	/** For startRun: only starts whose payload, as JSON text, contains this. */
	payloadContains?: string;
}

export type RunEnd = 'success' | 'partial' | 'failure' | 'cancelled' | 'never';

/** How runs whose payload contains a text differ from the settings' defaults. First match wins. */
export interface RunRule {
	/** Text to look for in the payload's JSON. Every run when absent. */
	payloadContains?: string;
	/** Only the first n runs that match, counted by the server. */
	times?: number;
	durationMs?: number;
	end?: RunEnd;
	/** What the node `quote` puts out. */
	result?: unknown;
	/** What the node `swap` says when it does not succeed. */
	reason?: string;
	/** Whether the nodes that fail say why; else only the recent activity does. Default: they do. */
	nodesTell?: boolean;
	/** More nodes, with what they put out. */
	nodes?: Record<string, unknown>;
	/** A for-each node `each` with a node `pay` in it: the numbers of its iterations that fail. */
	forEach?: { count: number; failing: number[] };
	/** While the run is not over, its node `ask` waits for this, since its start. */
	wait?: { triggerType: string; timeoutMs?: number };
	/** Shown in place of the run's true fields, at all times: `{ status: 'paused' }`. */
	fields?: Record<string, unknown>;
}

export interface FakeWorkflow {
	id: string;
	name: string;
	status: 'draft' | 'active' | 'paused' | 'archived';
	/** null: never published. */
	liveVersion: number | null;
	/** null: no draft is open. */
	draftVersion: number | null;
	/** Where its inputs stand: `definition.inputSchema`, the root node's JSON Schema, or nowhere. */
	inputs: 'list' | 'jsonSchema' | 'none';
}

/** Everything that can be set, also while the server runs (`fake.set({...})` or `PUT /__fake/settings`). */
export interface FakeSettings {
	/** The key that is accepted. */
	apiKey: string;
	/** What the key may do: with `read` everything but GET is 403. */
	scope: 'read-write' | 'read';
	/** The organization that has to be named in X-Org-ID; null: none. */
	organizationId: string | null;
	workflows: FakeWorkflow[];
	/** Of all answers: `{code, message, requestId, data}`, or the older `{success, data, error}`. */
	envelope: 'new' | 'old';
	/** `code` of good answers; `mixed` takes turns. */
	envelopeCode: 200 | 0 | 'mixed';
	/** Seed of everything random. */
	seed: number;
	/** Time every answer takes, ms. */
	latencyMs: number;
	/** From start to end of a run, ms. */
	durationMs: number;
	runRules: RunRule[];
	/** A new run is answered 404 for this long, ms. */
	notFoundForMs: number;
	/** A new run is missing from lists for this long, ms. */
	unlistedForMs: number;
	/**
	 * What becomes of a second start with one run ID, which is documented for another route only: 400079, 400 with a code
	 * that nobody knows, 409, or another run under an ID of the service's own.
	 */
	duplicateStart: 'documented' | 'otherCode' | 'conflict' | 'secondRun';
	/** Which workflows can be run, as the reference and as the MCP server's text have it. */
	runnable: 'notArchived' | 'activeOnly';
	/** Which runs can be retried, as the reference and as the vendor's client have it; others are 409. */
	retryable: 'failedOrCancelled' | 'failedOnly';
	/** How the answer to a retry calls the new run's ID, in the reference and in the vendor's client. */
	retryAnswer: 'id' | 'runId';
	/** Where a trigger's result has the payload: it is the payload, or has it in `body`. */
	payloadAt: 'result' | 'body';
	/** Whether the key lacks the permission stats:read, as those of the MCP setup do: recent activity is 403. */
	statsDenied: boolean;
	/** Starts are refused with 402. */
	computeUsedUp: boolean;
	/** How lists of runs are sorted. */
	listOrder: 'newestFirst' | 'oldestFirst' | 'byId';
	/** The filter of runs by status is not looked at. */
	statusFilterIgnored: boolean;
	/** Bodies of 401, 402, 403 and 404. */
	refusalForm: 'json' | 'html' | 'empty';
	/** Value of Retry-After on tooManyRequestsRetryAfter, as sent. */
	retryAfter: string;
	/** Time between two bytes of a dripping answer, ms. */
	dripMs: number;
	faults: FaultRule[];
	/** Answer every call with a redirect (307) to this address. */
	redirectTo: string | null;
}

const workflow = (
	id: string,
	status: FakeWorkflow['status'],
	rest: Partial<FakeWorkflow> = {},
): FakeWorkflow => ({
	id,
	name: id.replace('wf_', 'The workflow '),
	status,
	liveVersion: 3,
	draftVersion: null,
	inputs: 'list',
	...rest,
});

export const defaultSettings: FakeSettings = {
	apiKey: 'b3sk_fake_key',
	scope: 'read-write',
	organizationId: null,
	workflows: [
		workflow('wf_swap', 'active'),
		workflow('wf_report', 'active', { draftVersion: 4, inputs: 'jsonSchema' }),
		workflow('wf_draft', 'draft', { liveVersion: null, draftVersion: 1, inputs: 'none' }),
		workflow('wf_paused', 'paused'),
		workflow('wf_archived', 'archived'),
	],
	envelope: 'new',
	envelopeCode: 'mixed',
	seed: 1,
	latencyMs: 0,
	durationMs: 1000,
	runRules: [],
	notFoundForMs: 0,
	unlistedForMs: 0,
	duplicateStart: 'documented',
	runnable: 'notArchived',
	retryable: 'failedOrCancelled',
	retryAnswer: 'id',
	payloadAt: 'result',
	statsDenied: false,
	computeUsedUp: false,
	listOrder: 'newestFirst',
	statusFilterIgnored: false,
	refusalForm: 'json',
	retryAfter: '1',
	dripMs: 100,
	faults: [],
	redirectTo: null,
};

export type SettingsPatch = Partial<FakeSettings>;

/** The settings with the patch in, sharing nothing with either. A misspelt name throws. */
export function mergeSettings(settings: FakeSettings, patch: SettingsPatch): FakeSettings {
	return mergeNamed(settings, patch);
}
