import type { ErrorDetails } from './errorDetails';
import type { HttpService } from './types';

/**
 * The API URL as entered in the credential, without a slash at its end. Empty means the service's own; its host alone
 * gets the path of the service's own: `https://api.example.com` becomes `https://api.example.com/api`.
 *
 * @returns the URL that paths are appended to, or what is wrong with it
 */
export function toBaseUrl(
	entered: unknown,
	{ baseUrl }: Pick<HttpService, 'baseUrl'>,
): string | ErrorDetails {
	const defaultUrl = new URL(baseUrl);
	const text = String(entered ?? '').trim() || baseUrl;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash) {
		return {
			message: "'API URL' in the credential isn't a valid URL",
			description: `Enter a URL that starts with https://, usually ${baseUrl}.`,
		};
	}
	const path = url.pathname.replace(/\/+$/, '');
	const isOnlyHost = path === '' && url.host === defaultUrl.host;
	return `${url.origin}${isOnlyHost ? defaultUrl.pathname.replace(/\/$/, '') : path}`;
}
