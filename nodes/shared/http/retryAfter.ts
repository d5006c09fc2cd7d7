/**
 * How long a `Retry-After` header asks to wait: seconds or an HTTP date.
 *
 * @param now ms since 1970
 * @returns ms from now; nothing for everything else, and for the past
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfter(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const seconds = Number(header);
	const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
	return ms >= 0 && Number.isFinite(ms) ? ms : undefined;
}
