export { readCreditBudget } from './creditBudget';
export { isItemError, type ItemError, ParameterError, toErrorItem } from './errors';
export { getExecutionState } from './executionState';
export { readDate } from './dates';
export { escapeHintText, info, plural, withHints } from './hints';
export { type ReadItems, readItems, rejectInvalidItems } from './items';
export { toJsonText } from '../http';
export { checkOutgoing, readObject } from './outgoing';
export { spentCredits } from './ownRuns';
export { type ListPage, readLimit, readPages } from './pagination';
export {
	readChoice,
	readConcurrency,
	readFlag,
	readKeyText,
	readNumber,
	readOptions,
	readRunId,
	readSwitch,
} from './parameters';
export {
	type ItemOutput,
	type Result,
	toNodeOutput,
	toResult,
	toStorable,
	type Unfinished,
} from './results';
export { buildRunClient, type RunClient } from './runClient';
export { forEachItem, runItems } from './runItems';
export { type Operations, runOperation } from './runOperation';
export { startHints } from './startNotes';
export { readReuseWithin, StartReport } from './startReport';
export type { StartItem } from './startJobs';
export { startAndWait, startRuns, type WaitForRun } from './startRuns';
export { allSettled, attempt, toItemError } from './thrown';
export type { ParsedItem, RunInfo, ServiceAdapter } from './types';
export { readVariables } from './variables';
export {
	readWaitOptions,
	toWaitedResult,
	type WaitClient,
	type WaitedRun,
	waitForRun,
	type WaitOptions,
} from './waitForRuns';
