import { listIndex } from '../../../nodes/runs/listIndex';
import { RunOrder } from '../../../nodes/runs/runOrder';

const indexIn = (order: RunOrder, id: string) =>
	listIndex({ addedCount: order.addedCount, listOffset: 0 }, order.add(id));

test('a run keeps its place, however often and by whomever it is added', () => {
	const order = new RunOrder();
	['a', 'b', 'c', 'a', 'b'].forEach((id) => order.add(id));
	expect(order.addedCount).toBe(3);
	expect(['a', 'b', 'c'].map((id) => indexIn(order, id))).toEqual([2, 1, 0]);
});

test('of many runs those are forgotten that were added longest ago: they come in as the newest', () => {
	const order = new RunOrder();
	for (let n = 0; n < 1000; n++) order.add(String(n));
	order.add('0');
	order.add('new');
	expect(indexIn(order, '0')).toBe(1000);
	expect(indexIn(order, '1')).toBe(0);
});
