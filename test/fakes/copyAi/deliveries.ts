/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import type { ClientRequest } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import { draw, type Random, seededRandom } from '../core';
import type { RunRecord } from './runs';
import type { FakeService } from './service';
import type { Webhook, WebhookEvent } from './webhooks';
import { deliveryPayload, endEvent, wants } from './webhooks';

/** One POST to a receiver, or one event that was lost on purpose. */
export interface Delivery {
	event: WebhookEvent;
	/** Absent when sent by hand to an address. */
	webhookId?: string;
	url: string;
	payload: Record<string, unknown>;
	/** When it was sent or lost, ms. */
	at: number;
	outcome: 'pending' | 'answered' | 'unreachable' | 'lost';
	/** What the receiver answered; 0 without an answer. */
	status: number;
}

/** How long a receiver may take to answer, ms. */
const DELIVERY_TIMEOUT_MS = 10_000;
/** Longer timers would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sends events to the registered webhooks, with the faults of settings.deliveries. Never retries. */
export class Deliverer {
	readonly log: Delivery[] = [];
	private readonly timers = new Set<NodeJS.Timeout>();
	private readonly sending = new Set<ClientRequest>();
	/** Ids of runs whose end has a timer. */
	private readonly awaited = new Set<string>();
	private random: Random;

	constructor(private readonly service: FakeService) {
		this.random = seededRandom(service.settings.seed);
	}

	runStarted(run: RunRecord): void {
		this.announce('workflowRun.started', run);
		this.awaitEnd(run);
	}

	/** Runs under way may be of interest from now on. */
	webhookMade(webhook: Webhook): void {
		const now = this.service.now();
		for (const run of this.service.runs) {
			const event = endEvent(run);
			if (run.endsAt > now && event && wants(webhook, event, run.workflowId)) this.awaitEnd(run);
		}
	}

	/** Sends once, at once, whatever settings.deliveries say. Resolves to the receiver's status, or 0. */
	async deliver(
		to: Webhook | string,
		event: WebhookEvent,
		run?: RunRecord | string,
		overrides: Record<string, unknown> = {},
	): Promise<number> {
		const target = typeof to === 'string' ? { url: to, id: undefined } : to;
		const payload = { ...deliveryPayload(event, run, this.service.settings), ...overrides };
		const delivery = this.record(target, event, payload, 'pending');
		delivery.status = await this.post(target.url, payload);
		delivery.outcome = delivery.status === 0 ? 'unreachable' : 'answered';
		return delivery.status;
	}

	/** Nothing pending is sent any more, what is being sent is broken off, the log is empty. */
	stop(): void {
		for (const timer of this.timers) clearTimeout(timer);
		for (const request of this.sending) request.destroy();
		this.timers.clear();
		this.awaited.clear();
		this.log.length = 0;
		this.random = seededRandom(this.service.settings.seed);
	}

	private awaitEnd(run: RunRecord): void {
		const event = endEvent(run);
		if (!event || this.awaited.has(run.id)) return;
		if (!this.service.webhooks.some((webhook) => wants(webhook, event, run.workflowId))) return;
		this.awaited.add(run.id);
		// A timer may fire a moment early; the run must have ended when its event arrives.
		this.later(run.endsAt - this.service.now() + 1, () => this.announce(event, run));
	}

	private announce(event: WebhookEvent, run: RunRecord): void {
		const { copies, lost, delayMs } = this.service.settings.deliveries;
		for (const webhook of this.service.webhooks) {
			if (!wants(webhook, event, run.workflowId)) continue;
			if (lost > 0 && this.random() < lost) {
				const payload = deliveryPayload(event, run, this.service.settings);
				this.record(webhook, event, payload, 'lost');
				continue;
			}
			for (let copy = 0; copy < copies; copy += 1) {
				this.later(draw(delayMs, this.random), () => void this.deliver(webhook, event, run));
			}
		}
	}

	private record(
		target: { url: string; id?: string },
		event: WebhookEvent,
		payload: Record<string, unknown>,
		outcome: Delivery['outcome'],
	): Delivery {
		const at = this.service.now();
		const { id: webhookId, url } = target;
		const delivery: Delivery = { event, webhookId, url, payload, at, outcome, status: 0 };
		this.log.push(delivery);
		return delivery;
	}

	private later(ms: number, act: () => void): void {
		if (ms > LONGEST_TIMER_MS) return;
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			act();
		}, ms);
		this.timers.add(timer);
	}

	private async post(url: string, payload: unknown): Promise<number> {
		return await new Promise((resolve) => {
			const send = url.startsWith('https:') ? requestHttps : requestHttp;
			const body = Buffer.from(JSON.stringify(payload));
			const headers = { 'content-type': 'application/json', 'content-length': body.length };
			const request = send(url, { method: 'POST', headers, agent: false }, (response) => {
				response.resume();
				resolve(response.statusCode ?? 0);
			});
			this.sending.add(request);
			request.setTimeout(DELIVERY_TIMEOUT_MS, () => request.destroy());
			request.on('error', () => resolve(0));
			request.on('close', () => {
				this.sending.delete(request);
				resolve(0);
			});
			request.end(body);
		});
	}
}
