import { createLog } from '../../../nodes/CopyAiTrigger/log';

function logTo(logger: object, secrets: string[] = []) {
	return createLog({ getNode: () => ({ name: 'My\ntrigger' }), logger } as never, secrets);
}

test('a line names the trigger, shows no secret, and is one line', () => {
	const lines: string[] = [];
	logTo({ info: (line: string) => lines.push(line) }, ['s3cr3t-token'])(
		'info',
		'a\r\ns3cr3t-token',
	);
	expect(lines).toEqual(['Copy.ai Trigger "My trigger" a  ***']);
});

test('a logger that throws costs no event', () => {
	const warn = jest.fn(() => {
		throw new Error('disk full');
	});
	expect(() => logTo({ warn })('warn', 'something')).not.toThrow();
	expect(warn).toHaveBeenCalledTimes(1);
});
