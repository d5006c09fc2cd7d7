/**
 * Whether two URLs are the same address: scheme, host, port and path. A query, such as a secret, makes no difference.
 * `https://N8N.example.com:443/webhook/1?token=x` and `https://n8n.example.com/webhook/1` are.
 */
export function isSameAddress(url: string, other: string): boolean {
	return withoutQuery(url) === withoutQuery(other);
}

/** @returns scheme, host, port and path; text that isn't a URL up to its `?` or `#` */
export function withoutQuery(url: string): string {
	if (!URL.canParse(url)) return url.split(/[?#]/, 1)[0];
	const { origin, pathname } = new URL(url);
	return `${origin}${pathname}`;
}

/** Whether a URL points to the machine it is used on. */
export function isLoopback(address: string): boolean {
	const host = URL.canParse(address) ? new URL(address).hostname : '';
	return /^(localhost\.?|.*\.localhost\.?|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])$/i.test(
		host,
	);
}
