// What the operations of workflow runs have in common, so that each of their files needs one import for it.
export {
	creditBudgetOption,
	metadataOption,
	parseJsonOption,
	reuseWithinOption,
	runField,
	sampleRequestOption,
	startKeyOption,
	variableFields,
	workflowField,
} from './fields';
export { runHints } from './hints';
export { readOutputFormat, toJson } from './output';
export { readWorkflowId } from './parameters';
export { createRunClient, type RunClient } from './runClient';
export { copyAiText } from './service';
export { readStart } from './startParameters';
export { UsedCredits } from './usedCredits';
