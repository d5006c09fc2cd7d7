/** The entry of a map that keeps those that were asked for last. */
export function latestEntry<T>(
	entries: Map<string, T>,
	key: string,
	maxSize: number,
	make: () => T,
): T {
	const entry = entries.get(key) ?? make();
	entries.delete(key);
	entries.set(key, entry);
	const [oldest] = entries.keys();
	if (entries.size > maxSize) entries.delete(oldest);
	return entry;
}
