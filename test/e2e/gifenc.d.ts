declare module 'gifenc' {
	type Palette = number[][];

	/** @param rgba four bytes a pixel */
	export function quantize(rgba: Uint8Array, colors: number): Palette;
	/** @returns a palette index a pixel */
	export function applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array;
	export function GIFEncoder(): {
		writeFrame(
			indexes: Uint8Array,
			width: number,
			height: number,
			options: {
				palette: Palette;
				/** ms */
				delay: number;
				transparent?: boolean;
				transparentIndex?: number;
				dispose?: number;
			},
		): void;
		finish(): void;
		bytes(): Uint8Array;
	};
}
