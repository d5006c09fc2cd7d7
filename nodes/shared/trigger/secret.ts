import { createHash, createHmac, randomBytes, timingSafeEqual } from 'crypto';
import { isObject } from '../http';

/** Bytes of a salt. */
const SALT_BYTES = 32;

/** The random part that a trigger's secret is derived from, together with the API key. Created once per node. */
export function newSalt(): string {
	return randomBytes(SALT_BYTES).toString('base64url');
}

/**
 * The secret in the registered URL, which every delivery must include. It isn't stored: n8n 1.x copies static data into
 * each execution, which many users can read. It is derived again whenever it is needed. It stays the same when the
 * trigger is deactivated and activated again: n8n saves static data as a whole, so a delivery in flight during that time
 * writes the previous salt and digest back.
 *
 * @returns 43 characters of base64url
 */
export function deriveToken(salt: string, apiKey: string): string {
	return createHmac('sha256', apiKey).update(salt).digest('base64url');
}

/** The digest of the secret that is stored in static data to check deliveries against. */
export function digestToken(token: string): string {
	return hash(token).toString('base64url');
}

/** Whether a query contains the secret with this digest. Takes the same time for any query. */
export function hasValidToken(query: unknown, tokenDigest: string): boolean {
	const given = isObject(query) && Object.hasOwn(query, 'token') ? query.token : undefined;
	const digest = digestToken(typeof given === 'string' ? given : '');
	return timingSafeEqual(hash(digest), hash(tokenDigest));
}

/** Always 32 bytes: a constant-time comparison needs equal lengths. */
function hash(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}
