import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { eventKey, readState, recentEvents } from '../shared/trigger';

/**
 * Passes the event on. n8n has stored the execution by now, which `trigger()` waits to know, and which nothing else tells
 * it before the execution has ended. Called in another process, such as a worker, it isn't told.
 */
export function passOn(context: IExecuteFunctions): INodeExecutionData[][] {
	const items = context.getInputData();
	const { tokenDigest } = readState(context.getWorkflowStaticData('node'));
	const { event, id } = items[0]?.json ?? {};
	if (tokenDigest && typeof event === 'string' && typeof id === 'string') {
		recentEvents(tokenDigest).markStored(eventKey(event, id));
	}
	return [items];
}
