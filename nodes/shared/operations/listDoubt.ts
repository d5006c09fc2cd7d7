import type { ListDoubt } from '../../runs';

/**
 * Why a service's list of runs does not show whether a run was started.
 *
 * @returns a sentence; nothing when the list is not the reason
 */
export function describeDoubt(service: string, doubt?: ListDoubt): string | undefined {
	switch (doubt) {
		case 'notFound':
			return `${service} returned no list of this workflow's runs.`;
		case 'empty':
			return `${service} listed no runs of this workflow at all.`;
		case 'late':
			return `${service}'s list of runs was not up to date.`;
		case 'incomplete':
			return `${service}'s list of runs couldn't be read far enough back.`;
		case 'keysHidden':
			return `${service} didn't show the keys of all runs.`;
		case 'recent':
			return `${service} doesn't show a run with this key, but the start is too recent to rule one out.`;
		default:
			return undefined;
	}
}
