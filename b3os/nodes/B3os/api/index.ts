export {
	endpoints,
	type Endpoints,
	MAX_PAGE_SIZE,
	type PageRequest,
	type StartBody,
} from './endpoints';
export { endOf } from './failure';
export { type B3osRun, isRunId, newRunId, runIdOf, toRun } from './run';
export { runService, type StartRequest } from './service';
export { StartLog } from './startLog';
export { type Wanted, WantedRuns } from './wantedRuns';
export { type B3osWorkflow, toWorkflow, type WorkflowInput } from './workflow';
