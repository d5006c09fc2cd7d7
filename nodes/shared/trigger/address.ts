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

/**
 * A trigger's URL now, from its URL when it was registered. n8n tells only some of a node's methods the node's URL, but
 * all of them others of its own: what is different about those is different about this.
 *
 * @param url `https://old.example.com/webhook/1/webhook`
 * @param before `https://old.example.com/webhook-waiting/x`
 * @param now `https://new.example.com/n8n/webhook-waiting/x`
 * @returns `https://new.example.com/n8n/webhook/1/webhook`; undefined if that can't be told
 */
export function movedUrl(url: string, before: string, now: string): string | undefined {
	if (before === now) return url;
	const [oldRoot, newRoot] = [rootOf(before), rootOf(now)];
	return oldRoot && newRoot && url.startsWith(oldRoot)
		? `${newRoot}${url.slice(oldRoot.length)}`
		: undefined;
}

/** What comes before the last two parts of a URL's path, with a slash at its end. */
function rootOf(url: string): string | undefined {
	return URL.canParse(url) ? /^(.*\/)[^/]+\/[^/]+$/.exec(withoutQuery(url))?.[1] : undefined;
}
