import { isSameAddress } from './address';

/** A registration of a service's events. */
export interface Registration {
	id: string;
	/** Where events are sent, with the trigger's secret in the query. */
	url: string;
}

/** The steps from the actual registrations to the desired ones. */
export interface RegistrationDiff<TActual extends Registration, TDesired> {
	keep: TActual[];
	create: TDesired[];
	remove: TActual[];
	/** In the trigger's static data, but pointing to another address: never deleted. */
	elsewhere: TActual[];
	/** Ids in static data that the list doesn't contain. */
	unlisted: string[];
}

/**
 * Compares actual and desired registrations: correct ones are kept, missing ones created, and the trigger's other ones
 * removed.
 *
 * A registration belongs to the trigger if it points to the trigger's URL. An id in static data proves nothing: a copy of
 * the database, or an exported workflow, gives the ids of one n8n instance to another.
 *
 * @param listed all registrations that the service has
 * @param ids of the registrations in the trigger's static data
 * @param url of the trigger, without query
 */
export function diffRegistrations<TActual extends Registration, TDesired>(
	listed: TActual[],
	ids: string[],
	url: string,
	desired: TDesired[],
	isSame: (actual: TActual, desired: TDesired) => boolean,
): RegistrationDiff<TActual, TDesired> {
	const own = listed.filter((actual) => isSameAddress(actual.url, url));
	const keep: TActual[] = [];
	const create: TDesired[] = [];
	for (const one of desired) {
		const correct = own.filter((actual) => isSame(actual, one));
		const chosen = correct.find(({ id }) => ids.includes(id)) ?? correct[0];
		if (chosen) keep.push(chosen);
		else create.push(one);
	}
	return {
		keep,
		create,
		remove: own.filter((actual) => !keep.includes(actual)),
		elsewhere: listed.filter((actual) => ids.includes(actual.id) && !own.includes(actual)),
		unlisted: ids.filter((id) => !listed.some((actual) => actual.id === id)),
	};
}

/** Whether there is nothing to do, and static data is correct as well. */
export function isUpToDate(
	{ keep, create, remove }: RegistrationDiff<Registration, unknown>,
	ids: string[],
): boolean {
	return (
		create.length === 0 &&
		remove.length === 0 &&
		ids.length === keep.length &&
		keep.every(({ id }) => ids.includes(id))
	);
}
