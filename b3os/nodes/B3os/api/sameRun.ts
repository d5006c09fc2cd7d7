import type { UserKeyRules } from '../../../../nodes/runs';
import {
	canonicalJson,
	type ErrorDetails,
	isObject,
	type JsonObject,
} from '../../../../nodes/shared/http';
import type { StartBody } from './endpoints';
import { type B3osRun, runIdOf } from './run';
import type { StartRequest } from './service';

const CHOOSE_ANOTHER =
	"A run ID is for one request: use a 'Run ID' that identifies the item, and another one for a simulation, a dust test or another version.";

/** A run ID of the user's. What a run was asked for is compared where it is read: `findRunByKey`. */
export const userKeys: UserKeyRules<StartRequest, B3osRun, ErrorDetails> = {
	textOf: ({ body }) => canonicalJson(body),
	isRunOf: () => true,
	itemsError: (key, items) => ({
		message: `Items ${items.slice(0, 10).join(', ')} have the same run ID, ${runIdOf(key)}, but ask for different runs`,
		description: `None of them was started. ${CHOOSE_ANOTHER}`,
	}),
	runError: (_, id) => differentRunError(id, 'values'),
};

/**
 * Why a run that was found by its ID is not the one that is asked for, as far as it shows.
 *
 * @param run as it came, whole
 * @param asked what the start asks for; without it only the workflow is compared
 */
export function mismatch(
	run: JsonObject,
	id: string,
	workflowId: string,
	asked?: Omit<StartBody, 'runId'>,
): ErrorDetails | undefined {
	const owner = run.workflowId;
	if (typeof owner === 'string' && owner !== workflowId) {
		return {
			message: `Run ${id} can't be a run of workflow ${workflowId}: there is one of workflow ${owner} with this ID`,
			description:
				'Run IDs are unique for all workflows: put something of the workflow into yours.',
		};
	}
	const difference = asked && differenceTo(run, asked);
	return difference === undefined ? undefined : differentRunError(id, difference);
}

/** @param difference what it was started with that differs, such as `version 3` */
function differentRunError(id: string, difference: string): ErrorDetails {
	return {
		message: `Run ${id} exists already, but it was started with different ${difference}`,
		description: `No run was started for this item. ${CHOOSE_ANOTHER}`,
	};
}

/**
 * What a run was started with that is not what is asked for, as far as it shows. Source: `GET /v1/runs/{id}` in
 * https://docs.b3os.org
 *
 * @param run as it came, whole
 */
function differenceTo(
	run: JsonObject,
	{ payload = {}, version, simulate, dustTest }: Omit<StartBody, 'runId'>,
): string | undefined {
	const { isSimulation, isDustTest, workflowVersion } = run;
	if (typeof isSimulation === 'boolean' && isSimulation !== (simulate ?? false)) {
		return isSimulation ? 'settings: it is a simulation' : 'settings: it is not a simulation';
	}
	if (typeof isDustTest === 'boolean' && isDustTest !== (dustTest ?? false)) {
		return isDustTest ? 'settings: it is a dust test' : 'settings: it is not a dust test';
	}
	const isOtherVersion = version !== undefined && Number(workflowVersion) !== version;
	if (isOtherVersion && typeof workflowVersion === 'number') {
		return `settings: it is of version ${workflowVersion}`;
	}
	const shown = shownPayloads(run);
	return shown.length > 0 && !shown.some((one) => canonicalJson(one) === canonicalJson(payload))
		? 'values'
		: undefined;
}

/** Where a run may show its payload: the trigger's result is the payload itself, or has it as `body`. */
function shownPayloads({ executionState, triggerNodeId }: JsonObject): JsonObject[] {
	const states = isObject(executionState) ? executionState : {};
	const trigger = states[typeof triggerNodeId === 'string' ? triggerNodeId : 'root'];
	const result = isObject(trigger) ? trigger.result : undefined;
	if (!isObject(result)) return [];
	return isObject(result.body) ? [result.body, result] : [result];
}
