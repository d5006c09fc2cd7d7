/** How often an encoded character was encoded again, `%3D`, `%253D`, …; bounded, so that no text takes long. */
const AGAIN = '(?:25){0,4}';
/** A character as it is or percent-encoded. */
const encodable = (char: string): string => {
	const codes = [char.toLowerCase(), char.toUpperCase()].map((form) =>
		form.charCodeAt(0).toString(16),
	);
	return `(?:${char}|%${AGAIN}(?:${codes.join('|')}))`;
};
const NAME = [...'token='].map(encodable).join('');
/** Not in the middle of a name such as `csrf_token`, unless what comes before is an encoded or escaped character. */
const BEFORE = `(?:(?<![\\w-])|(?<=%${AGAIN}[\\da-f]{2})|(?<=\\\\u[\\da-f]{4})|(?<=\\\\[nrt]))`;
/** `&`, `#`, a blank or a quote, as it is or encoded. */
const VALUE_END = `[&#\\s"'<>\\\\]|%${AGAIN}(?:26|23|20|22)`;

/** The parameter and its value. */
const TOKEN = new RegExp(`(${BEFORE}${NAME})(?:(?!${VALUE_END})[^])+`, 'gi');

/**
 * Text with the secret of every trigger masked, the value of the URL parameter `token`, with which anybody could send
 * events to the trigger that registered the URL. Also when the URL is encoded in another one, or quoted in JSON.
 *
 * `https://n8n.example.com/webhook/1?token=kCxT…` becomes `https://n8n.example.com/webhook/1?token=***`.
 */
export function maskTriggerSecrets(text: string): string {
	return text.replace(TOKEN, '$1***');
}
