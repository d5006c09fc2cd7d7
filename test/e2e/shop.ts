import type { Site } from './n8nInstance';

/** What the pictures show: a Copy.ai workflow that writes texts for a shop. */
export const SHOP = 'WCFG-5f0c2a7e-8d41-4b93-a6e2-3c9d7f1b0e48';

export const products = [
	{ product: 'Trail running shoes', tone: 'playful' },
	{ product: 'Espresso machine', tone: 'elegant' },
];

/** One for each product. */
export const texts = [
	'Mud is just confetti for runners. Lace up and let the trail throw you a party.',
	'Morning, drawn slowly: twenty-five seconds that taste of a small café in Trieste.',
];

/** The workflow has run 120 times, and writes these texts. */
export function prepareShop({ fake }: Site): void {
	fake.reset();
	fake.set({
		durationMs: 1500,
		runRules: products.map(({ product }, index) => ({
			inputContains: product,
			output: { 'Product Text': texts[index] },
		})),
	});
	const hour = 3_600_000;
	fake.seedRuns(
		Array.from({ length: 120 }, (_, index) => ({
			workflowId: SHOP,
			createdAt: Date.now() - (index + 2) * hour,
			input: { Product: `Past product ${index + 1}`, Tone: 'friendly', Words: 40 },
		})),
	);
}
