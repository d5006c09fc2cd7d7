import {
	type FaultKind,
	type FaultRule as CommonFaultRule,
	mergeNamed,
	type RateLimit,
} from '../core';

export type { FaultKind };

/** The seven endpoints of Copy.ai's Workflows API. */
export type Endpoint =
	| 'startRun'
	| 'getRun'
	| 'listRuns'
	| 'createWebhook'
	| 'getWebhook'
	| 'listWebhooks'
	| 'deleteWebhook';

export type RunStatus = 'NEW' | 'WAITING' | 'PROCESSING' | 'RETRYING' | 'COMPLETE' | 'FAILED';

/** A fault and whom it hits. */
export interface FaultRule extends CommonFaultRule<Endpoint> {
	/** For startRun: only starts whose startVariables, as JSON text, contain this. */
	inputContains?: string;
}

/** How runs whose input contains a text differ from the settings' defaults. First match wins. */
export interface RunRule {
	/** Text to look for in the startVariables' JSON. Every run when absent. */
	inputContains?: string;
	/** Only the first n runs that match, counted by the server. */
	times?: number;
	durationMs?: number | [min: number, max: number];
	end?: 'COMPLETE' | 'FAILED' | 'never';
	/** Outputs on COMPLETE; by default one text made from the inputs, under settings.outputName. */
	output?: Record<string, unknown>;
	/** `error` on FAILED. */
	error?: unknown;
	/** As the settings of these names. */
	retrying?: boolean;
	credits?: number;
	/** Shown in place of the run's true fields, at all times: `{ status: 'PAUSED' }`. */
	fields?: Record<string, unknown>;
}

/** Everything that can be set, also while the server runs (`fake.set({...})` or `PUT /__fake/settings`). */
export interface FakeSettings {
	/** The key that is accepted. */
	apiKey: string;
	/** Workflow ids that exist. `'any'`: every id but those that contain "missing". */
	workflows: string[] | 'any';
	/** Seed of everything random. */
	seed: number;
	/** Time every answer takes, ms. */
	latencyMs: number;
	/** From start to end of a run, ms; a range is drawn from. */
	durationMs: number | [min: number, max: number];
	/** RETRYING shows up between PROCESSING and the end. */
	retrying: boolean;
	runRules: RunRule[];
	/** Name of the default output. */
	outputName: string;
	/** Default output of the default kind of run. */
	outputForm: 'text' | 'jsonText' | 'array' | 'object' | 'empty' | 'none';
	/** Credits of a finished run. */
	credits: number;
	/** `total` and `credits` go out as numeric strings. */
	numbersAsStrings: boolean;
	/** createdAt with milliseconds. */
	milliseconds: boolean;
	/** Outputs of a finished run come under `output`, `result` or both. */
	outputKey: 'output' | 'result' | 'both';
	/** `id` as `id`, `workflowRunId` or both. */
	runIdKey: 'id' | 'workflowRunId' | 'both';
	/** The outputs are there in part while the run is PROCESSING or RETRYING, instead of `{}`. */
	partialOutput: boolean;
	/** Fields left out of runs everywhere: in lists, when read alone and in captured deliveries. */
	omits: string[];
	/** Fields left out of runs in lists, e.g. ['output', 'status']. */
	listOmits: string[];
	/** Metadata in lists: as it is, `null` for every run, or as JSON text. */
	listMetadata: 'object' | 'null' | 'text';
	/** Lists of runs are answered 404, although the runs can be read. */
	listsGone: boolean;
	/** Lists of runs are empty, although the runs can be read. */
	listsEmpty: boolean;
	listOrder: 'newestFirst' | 'oldestFirst';
	/** The most that a page of runs holds, whatever is asked for. */
	pageCap: number;
	/** This page of runs, counted from 1, holds one less than it could; the next one begins with that. 0: none. */
	shortPage: number;
	/** What `total` says beyond the truth. */
	totalOffset: number;
	/** A new run is answered 404 by getRun for this long, ms. */
	notFoundForMs: number;
	/** A new run is missing from lists for this long, ms. */
	unlistedForMs: number;
	/** Form of the 404 of run reads. */
	notFoundForm: 'json' | 'text';
	/** 401 and 403 bodies. */
	deniedForm: 'json' | 'html' | 'empty';
	/** Every call is refused with 403. */
	forbidden: boolean;
	/** Starts are refused with 400: with errorCode WORKFLOW_CREDIT_LIMIT_REACHED, or with `{}`. */
	refuseStarts: false | 'creditLimit' | 'empty400';
	/** What the runs of one workflow may cost together; from then on its starts are refused. null: any number. */
	creditLimit: number | null;
	/** 422 REQUEST_INVALID with these details on start. */
	invalid: false | Record<string, string[]>;
	/** Calls beyond it are answered with 429; with Retry-After if `saysWhen`. null: any number is served. */
	rateLimit: (RateLimit & { saysWhen: boolean }) | null;
	/** Value of Retry-After on tooManyRequestsRetryAfter and on calls beyond the rate limit, as sent. */
	retryAfter: string;
	dripMs: number;
	faults: FaultRule[];
	/** Answer every call with a redirect (307) to this address. */
	redirectTo: string | null;
	/** How a webhook for every workflow shows that it has no workflowId. */
	unscopedWorkflowId: 'absent' | 'null';
	/** Webhook deliveries. */
	deliveries: {
		/** `output` (as captured in 2025), or `result` (as documented). */
		payload: 'captured' | 'documented';
		/** How many times each is sent. */
		copies: number;
		/** Share of the events that is never sent, 0 to 1; such an event loses all its copies. */
		lost: number;
		/** Delay, ms; a range makes them come out of order. */
		delayMs: number | [min: number, max: number];
	};
}

export const defaultSettings: FakeSettings = {
	apiKey: 'fake-key',
	workflows: 'any',
	seed: 1,
	latencyMs: 0,
	durationMs: 1000,
	retrying: false,
	runRules: [],
	outputName: 'text',
	outputForm: 'text',
	credits: 2,
	numbersAsStrings: false,
	milliseconds: true,
	outputKey: 'output',
	runIdKey: 'both',
	partialOutput: false,
	omits: [],
	listOmits: [],
	listMetadata: 'object',
	listsGone: false,
	listsEmpty: false,
	listOrder: 'newestFirst',
	pageCap: 100,
	shortPage: 0,
	totalOffset: 0,
	notFoundForMs: 0,
	unlistedForMs: 0,
	notFoundForm: 'json',
	deniedForm: 'json',
	forbidden: false,
	refuseStarts: false,
	creditLimit: null,
	invalid: false,
	rateLimit: null,
	retryAfter: '1',
	dripMs: 100,
	faults: [],
	redirectTo: null,
	unscopedWorkflowId: 'absent',
	deliveries: { payload: 'captured', copies: 1, lost: 0, delayMs: 0 },
};

/** A change of settings: whatever is absent stays; `deliveries` is merged too, lists are replaced. */
export type SettingsPatch = Partial<Omit<FakeSettings, 'deliveries'>> & {
	deliveries?: Partial<FakeSettings['deliveries']>;
};

/** The settings with the patch in, sharing nothing with either. A misspelt name throws. */
export function mergeSettings(settings: FakeSettings, patch: SettingsPatch): FakeSettings {
	const deliveries = mergeNamed(settings.deliveries, patch.deliveries ?? {}, 'deliveries.');
	return mergeNamed(settings, { ...patch, deliveries });
}
