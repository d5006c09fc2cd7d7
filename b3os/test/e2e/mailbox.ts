/* eslint-disable @n8n/community-nodes/no-restricted-imports */
/** A mail server that keeps what it gets, for n8n's Send Email. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Mailbox {
	/** What n8n's SMTP credential wants. */
	credential: Record<string, unknown>;
	/** Each with its head, as it was sent. */
	mails: string[];
	close(): Promise<void>;
}

export async function startMailbox(): Promise<Mailbox> {
	const mails: string[] = [];
	const server = createServer(
		(socket) => void receive(socket, mails).catch(() => socket.destroy()),
	);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		credential: {
			host: '127.0.0.1',
			port,
			user: '',
			password: '',
			secure: false,
			disableStartTls: true,
		},
		mails,
		close: async () => {
			server.close();
			await once(server, 'close');
		},
	};
}

/** One conversation as RFC 5321 has it. */
async function receive(socket: Socket, mails: string[]): Promise<void> {
	const say = (line: string) => socket.write(`${line}\r\n`);
	say('220 mailbox');
	let mail: string[] | undefined;
	for await (const line of createInterface({ input: socket })) {
		if (mail && line !== '.') {
			mail.push(line);
		} else if (mail) {
			mails.push(mail.join('\n'));
			mail = undefined;
			say('250 kept');
		} else if (/^DATA/i.test(line)) {
			mail = [];
			say('354 go on');
		} else if (/^QUIT/i.test(line)) {
			say('221 bye');
			socket.end();
		} else {
			say('250 mailbox');
		}
	}
}
