// What the operations of workflow runs have in common, so that each of their files needs one import for it.
export {
	cancelOnStopOption,
	nodesOption,
	onWaitingOption,
	runField,
	startOptions,
	variableFields,
	workflowField,
	workflowOfRunField,
} from './fields';
export { prepareCancel } from './cancelOnStop';
export { followOptions, readFollow } from './followParameters';
export { draftHint, partialHint } from './hints';
export { withLiveVersions } from './liveVersions';
export { readOutputFormat, toJson, wantedOf } from './output';
export { readOnWaiting, readOptionalWorkflowId, readWorkflowId } from './parameters';
export { createRunClient, type RunClient } from './runClient';
export { b3osText } from './service';
export { readStart } from './startParameters';
