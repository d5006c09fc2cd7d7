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
