/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
/** A moving picture of the editor, for the README: with `--film`, as it takes minutes that CI does not have. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import type { CDPSession, Locator, Page } from 'playwright-core';
import { PNG } from 'pngjs';

const SIZE = { maxWidth: 960, maxHeight: 645 };
/** Frames that come faster are left out, ms. */
const SHORTEST_FRAME_MS = 120;
/** Where nothing moves for longer, the film goes on, ms. */
const LONGEST_FRAME_MS = 1_200;
const LAST_FRAME_MS = 4_000;
/** And one for what stays as it was. */
const COLORS = 127;
const LARGEST_FILM = 3_000_000;

interface Frame {
	png: Buffer;
	at: number;
}

/** Whether a film is asked for. */
export const isFilmed = process.argv.includes('--film');

/** Films a page, with a pointer that shows where the mouse is. */
export class Film {
	private readonly frames: Frame[] = [];
	/** When the current pause began. */
	private pausedAt?: number;
	private pausedMs = 0;

	private constructor(
		private readonly page: Page,
		private readonly session: CDPSession,
	) {
		session.on('Page.screencastFrame', ({ data, sessionId }) => {
			if (this.pausedAt === undefined) {
				this.frames.push({ png: Buffer.from(data, 'base64'), at: Date.now() - this.pausedMs });
			}
			void session.send('Page.screencastFrameAck', { sessionId });
		});
	}

	static async begin(page: Page): Promise<Film> {
		await page.evaluate(drawPointer);
		const film = new Film(page, await page.context().newCDPSession(page));
		await film.session.send('Page.startScreencast', { format: 'png', ...SIZE });
		return film;
	}

	/** Moves the mouse there, as a hand does. */
	async point(at: Locator): Promise<void> {
		await at.waitFor();
		await at.scrollIntoViewIfNeeded();
		const box = await at.boundingBox();
		assert(box, 'it is on the screen');
		await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 12 });
		await sleep(300);
	}

	/** Leaves out what happens until `resume`. */
	pause(): void {
		this.pausedAt = Date.now();
	}

	resume(): void {
		this.pausedMs += Date.now() - (this.pausedAt ?? Date.now());
		this.pausedAt = undefined;
	}

	/** Ends it and writes it as a GIF. @returns a note with its size */
	async save(path: string): Promise<string> {
		await this.session.send('Page.stopScreencast');
		const gif = toGif(this.frames);
		assert(
			gif.length < LARGEST_FILM,
			`the film has ${gif.length} bytes, fewer than ${LARGEST_FILM}`,
		);
		await writeFile(path, gif);
		return `film: ${this.frames.length} frames, ${(gif.length / 1e6).toFixed(1)} MB`;
	}
}

/** Runs in the page: a pointer where the mouse is. */
const drawPointer = `
	const pointer = document.createElement('div');
	pointer.innerHTML = '<svg width="22" height="28"><path d="M2 1v21l5-5 4 9 4-2-4-8h7z" fill="#000" stroke="#fff"/></svg>';
	pointer.style = 'position: fixed; left: 0; top: 0; z-index: 2147483647; pointer-events: none';
	document.body.append(pointer);
	const follow = ({ clientX, clientY }) => {
		pointer.style.transform = 'translate(' + clientX + 'px, ' + clientY + 'px)';
	};
	document.addEventListener('mousemove', follow, { capture: true });
`;

/** Each frame holds what has changed since the one before, the rest is transparent. */
function toGif(frames: Frame[]): Uint8Array {
	const gif = GIFEncoder();
	let shown: Uint32Array | undefined;
	const slot = ({ at }: Frame) => Math.floor(at / SHORTEST_FRAME_MS);
	const kept = frames.filter((frame, index) => {
		const next = frames[index + 1];
		return !next || slot(next) !== slot(frame);
	});
	kept.forEach(({ png, at }, index) => {
		const { width, height, data } = PNG.sync.read(png);
		const pixels = new Uint32Array(new Uint8Array(data).buffer);
		const before = shown;
		const changed = before ? pixels.filter((pixel, place) => pixel !== before[place]) : pixels;
		shown = pixels;
		if (changed.length === 0) return;
		const next = kept[index + 1];
		const delay = next ? Math.min(next.at - at, LONGEST_FRAME_MS) : LAST_FRAME_MS;
		const palette = quantize(new Uint8Array(changed.slice().buffer), COLORS);
		const transparentIndex = palette.length;
		const indexes = applyPalette(new Uint8Array(pixels.buffer), palette).map((color, place) =>
			before && pixels[place] === before[place] ? transparentIndex : color,
		);
		gif.writeFrame(indexes, width, height, {
			palette: [...palette, [0, 0, 0]],
			delay,
			transparent: true,
			transparentIndex,
			dispose: 1,
		});
	});
	gif.finish();
	return gif.bytes();
}
