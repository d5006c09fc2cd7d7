import { createHash, createHmac, randomBytes, timingSafeEqual } from 'crypto';
import { isObject } from '../shared/http';

/** Bytes of a salt. */
const SALT_BYTES = 32;

/** What a trigger's secret is made of, beside the API key: random, once for the life of the node. */
export function newSalt(): string {
	return randomBytes(SALT_BYTES).toString('base64url');
}

/**
 * The secret in the registered URL, which every delivery has to bring. It is not kept: n8n 1.x copies static data into each
 * execution, which many can read. Made anew from what is kept, it is the same after a deactivation: n8n saves static data as
 * a whole, so a delivery that is still under way when the trigger is registered anew puts back what was there before.
 */
export function deriveToken(salt: string, apiKey: string): string {
	return createHmac('sha256', apiKey).update(salt).digest('base64url');
}

/** What is kept of the secret, to know it again. */
export function digestToken(token: string): string {
	return hash(token).toString('base64url');
}

/** Whether a query brings the secret of this digest, found in the same time whatever it brings. */
export function hasValidToken(query: unknown, tokenDigest: string): boolean {
	const given = isObject(query) && Object.hasOwn(query, 'token') ? query.token : undefined;
	const digest = digestToken(typeof given === 'string' ? given : '');
	return timingSafeEqual(hash(digest), hash(tokenDigest));
}

/** Of one length, as a comparison in constant time needs it. */
function hash(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}
