import { Turns } from '../../../nodes/shared/http/turns';
import { VirtualClock } from '../runs/virtualClock';

const large = 'x'.repeat(20_000);

test('large responses that come in together leave room for other work between them', async () => {
	const clock = new VirtualClock();
	const turns = new Turns(clock);
	const order: string[] = [];
	const process = async (name: string, text: string) => {
		await turns.take(text);
		order.push(name);
	};
	const otherWork = async () => {
		for (let nth = 0; nth < 3; nth++) {
			await clock.sleep(0);
			order.push('other work');
		}
	};
	const responses = ['one', 'two', 'three'].map(async (name) => await process(name, large));
	await clock.run(Promise.all([...responses, otherWork()]));
	expect(order.join(', ')).toMatch(/one, other work, two, other work, three/);
});

test('a short response is processed at once', async () => {
	const clock = new VirtualClock();
	const turns = new Turns(clock);
	const waiting = turns.take(large);
	await turns.take('{}');
	expect(clock.passed).toBe(0);
	await clock.run(waiting);
});
