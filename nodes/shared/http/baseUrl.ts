import type { ErrorDetails } from './errorDetails';

/**
 * The API URL as entered in the credential, without slashes at its end. Empty means the service's own; its host alone
 * gets the path of the service's own: `https://api.example.com` becomes `https://api.example.com/api`.
 *
 * @param service whose own API URL is `baseUrl`
 * @returns the URL that paths are appended to, or what is wrong with it
 */
export function toBaseUrl(
	entered: unknown,
	{ baseUrl }: { baseUrl: string },
): string | ErrorDetails {
	const defaultUrl = new URL(baseUrl);
	const text = String(entered ?? '') || baseUrl;
	const refuse = (message: string) => ({
		message,
		description: `Enter a URL that starts with https://, usually ${baseUrl}.`,
	});

	if (text.trim() === '') return refuse("'API URL' in the credential is blank");
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol)) {
		return refuse("'API URL' in the credential isn't a valid URL");
	}
	if (url.username !== '' || url.password !== '') {
		return refuse("'API URL' in the credential contains a user name or password");
	}
	if (url.search !== '' || url.hash !== '') {
		return refuse("'API URL' in the credential isn't a valid URL: it contains a ? or #");
	}
	const path = withoutEndSlashes(url.pathname);
	const isOnlyHost = path === '' && url.host === defaultUrl.host;
	return `${url.origin}${isOnlyHost ? withoutEndSlashes(defaultUrl.pathname) : path}`;
}

/** Starts at the first of some slashes only: a plain `/+$` takes quadratic time for a long row of them. */
function withoutEndSlashes(path: string): string {
	return path.replace(/(?<!\/)\/+$/, '');
}
