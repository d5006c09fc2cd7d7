// What the operations of workflow runs have in common, so that each of their files needs one import for it.
export {
	runField,
	startOptions,
	variableFields,
	workflowField,
	workflowOfRunField,
} from './fields';
export { draftHint, partialHint } from './hints';
export { withLiveVersions } from './liveVersions';
export { readOutputFormat, toJson } from './output';
export { readOptionalWorkflowId, readWorkflowId } from './parameters';
export { createRunClient, type RunClient } from './runClient';
export { b3osText } from './service';
export { readStart } from './startParameters';
