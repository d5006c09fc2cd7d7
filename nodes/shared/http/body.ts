import { isContainer } from './json';

/** What of Node's readable streams is used here. */
type BodyStream = AsyncIterable<Uint8Array | string>;

/**
 * The text of a response's body. Reading ends with the limit, and then the connection is closed.
 *
 * @param maxBytes after decompression
 * @returns nothing if there is more
 * @throws what the stream throws: a reset connection, broken compression
 */
export async function readBody(body: unknown, maxBytes: number): Promise<string | undefined> {
	if (!isStream(body)) return textOf(body, maxBytes);
	const chunks: Uint8Array[] = [];
	let size = 0;
	// Leaving this loop destroys the stream, and with it the decompression and the socket.
	for await (const chunk of body) {
		const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
		size += bytes.length;
		if (size > maxBytes) return undefined;
		chunks.push(bytes);
	}
	return withoutBom(Buffer.concat(chunks).toString());
}

/** n8n can also be made to return a body that has already been read. */
function textOf(body: unknown, maxBytes: number): string | undefined {
	const text = body instanceof Uint8Array ? Buffer.from(body).toString() : body;
	if (typeof text !== 'string') return '';
	return text.length > maxBytes ? undefined : withoutBom(text);
}

function withoutBom(text: string): string {
	return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function isStream(body: unknown): body is BodyStream {
	return isContainer(body) && typeof Reflect.get(body, Symbol.asyncIterator) === 'function';
}
