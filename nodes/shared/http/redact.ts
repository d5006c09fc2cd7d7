import { isContainer } from './json';
import { maskTriggerSecrets } from './triggerSecret';

const MASK = '***';

/** Shorter secrets are not masked: they would be in every text. */
const MIN_LENGTH = 4;

/** In data the limit is higher, so that a made-up key such as `test` doesn't change what a run returned. */
const MIN_LENGTH_IN_DATA = 8;

/**
 * A text that can be shown: without the secrets, in whatever form they come (as they are, URL-encoded, JSON-escaped,
 * Base64), and without the secret of any trigger's URL: `https://n8n.example/webhook/1?token=***`. Redact first and
 * truncate afterwards, or a part of a secret stays.
 *
 * @param secrets such as the API key; those of fewer than 4 characters are ignored
 */
export function redact(text: string, secrets: readonly string[] = []): string {
	return maskTriggerSecrets(redactorOf(secrets, MIN_LENGTH, forText)(text));
}

/**
 * The same for all texts and keys in a value that came as JSON. Changes it in place, iteratively, and returns it. URLs
 * with a `token` are left as they are: in a run's output they are the user's own.
 */
export function redactData<T>(value: T, secrets: readonly string[]): T {
	const clean = redactorOf(secrets, MIN_LENGTH_IN_DATA, forData);
	if (typeof value === 'string') return clean(value) as T;
	const open: unknown[] = [value];
	while (open.length > 0) {
		const container = open.pop();
		if (!isContainer(container)) continue;
		for (const [key, entry] of Object.entries(container)) {
			const cleanKey = Array.isArray(container) ? key : clean(key);
			const cleanEntry: unknown = typeof entry === 'string' ? clean(entry) : entry;
			if (cleanKey !== key) Reflect.deleteProperty(container, key);
			if (cleanKey !== key || cleanEntry !== entry) {
				Reflect.set(container, cleanKey, cleanEntry);
			}
			open.push(cleanEntry);
		}
	}
	return value;
}

/**
 * At most `length` UTF-16 units of a text, with an ellipsis where something was cut off, and never cut inside a
 * character: neither between the halves of an emoji nor between a letter and its accents.
 */
export function truncate(text: string, length: number): string {
	if (text.length <= length) return text;
	const cut = length - 1;
	const character = new Intl.Segmenter().segment(text.slice(0, cut + LONGEST_CHARACTER));
	const begin = character.containing(cut)?.index ?? cut;
	// A made-up character of any length is cut, though not inside a surrogate pair.
	const end = cut - begin < LONGEST_CHARACTER ? begin : cut - (isLowSurrogate(text, cut) ? 1 : 0);
	return `${text.slice(0, Math.max(0, end))}…`;
}

/** No real character has more UTF-16 units: families of emoji have about 11. */
const LONGEST_CHARACTER = 32;

function isLowSurrogate(text: string, index: number): boolean {
	const unit = text.charCodeAt(index);
	return unit >= 0xdc00 && unit <= 0xdfff;
}

type Redactor = (text: string) => string;

/** By the secrets: those of one client come with each of its calls. */
const forText = new WeakMap<readonly string[], Redactor>();
const forData = new WeakMap<readonly string[], Redactor>();

function redactorOf(
	secrets: readonly string[],
	minLength: number,
	known: WeakMap<readonly string[], Redactor>,
): Redactor {
	const redactor = known.get(secrets) ?? createRedactor(secrets, minLength);
	known.set(secrets, redactor);
	return redactor;
}

function createRedactor(secrets: readonly string[], minLength: number): Redactor {
	const forms = new Set(
		secrets
			.map((secret) => secret.trim())
			.filter((secret) => secret.length >= minLength)
			.flatMap(formsOf),
	);
	// The longest first: a form can be part of another one.
	const ordered = [...forms].sort((one, other) => other.length - one.length);
	const shortest = ordered.at(-1)?.length ?? Infinity;
	return (text) =>
		text.length < shortest
			? text
			: ordered.reduce((rest, form) => rest.replaceAll(form, MASK), text);
}

/** How a secret can be written. */
function formsOf(secret: string): string[] {
	const inUrl = secret.isWellFormed() ? encodeURIComponent(secret) : secret;
	const inJson = JSON.stringify(secret).slice(1, -1);
	return [
		secret,
		inUrl,
		inUrl.replaceAll('%20', '+'),
		inUrl.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
		inJson,
		inJson.replaceAll('/', '\\/'),
		...base64Forms(secret),
	];
}

/**
 * Base64 of the secret, alone or inside of another text such as a header: that depends on where it begins in a group of
 * three bytes, and its first and last characters depend on its neighbors.
 */
function base64Forms(secret: string): string[] {
	if (secret.length < MIN_LENGTH_IN_DATA) return [];
	const bytes = Buffer.from(secret);
	return [0, 1, 2].flatMap((offset) => {
		const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
		const begin = offset === 0 ? 0 : offset + 1;
		const end = Math.floor(((offset + bytes.length) * 8) / 6);
		const inner = text.slice(begin, end);
		return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
	});
}
