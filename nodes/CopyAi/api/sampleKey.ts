/** What examples of keys, and names of variables that hold one, are made of. */
const PLACEHOLDER_WORDS = new Set(
	'a ai api config copy copyai enter env environ getenv header headers here insert key keys my of os paste process put replace secret string sys the this token with x your'.split(
		' ',
	),
);

const HEADER = /x-copy-ai-api-key/gi;
/** What follows the header's name, up to its value, and the value. Always matches, so it never takes long. */
const VALUE =
	/\\*["'`]?\]?\s*(?:=>|[:=,])?\s*(?:[bfru]{1,2}(?=["']))?\\*["'`]?([^"'`\\\s,;)}\]]*)/y;

/** Whether a text holds an API key: one that follows the header's name, and isn't just an example. */
export function holdsApiKey(text: string): boolean {
	HEADER.lastIndex = 0;
	while (HEADER.exec(text)) {
		VALUE.lastIndex = HEADER.lastIndex;
		const [, value = ''] = VALUE.exec(text) ?? [];
		HEADER.lastIndex = Math.max(HEADER.lastIndex, VALUE.lastIndex);
		if (!isPlaceholder(value)) return true;
	}
	return false;
}

/** @example `YOUR_API_KEY`, `<api-key>`, `process.env.COPY_AI_API_KEY`, `${apiKey}`, `****` */
function isPlaceholder(value: string): boolean {
	const words = value.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
	return words
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '' && !/^x+$/.test(word))
		.every((word) => PLACEHOLDER_WORDS.has(word));
}
