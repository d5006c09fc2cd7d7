import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/**
 * A trigger's choice of events.
 *
 * @param options the events, in the order of their names
 * @param chosen what a new trigger has chosen
 */
export function eventsField(options: INodePropertyOptions[], chosen: string): INodeProperties {
	return {
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		noDataExpression: true,
		default: [chosen],
		description: 'The events that start this workflow',
		options,
	};
}

/** A trigger's subtitle: the chosen events in words. */
export function eventsSubtitle(options: INodePropertyOptions[]): string {
	const names = Object.fromEntries(options.map(({ name, value }) => [value, name]));
	return `={{ $parameter["events"].map((event) => (${JSON.stringify(names)})[event] ?? event).join(", ") }}`;
}
