declare module 'gifenc' {
	export function GIFEncoder(): {
		/** @param indexes of each pixel's color in the palette */
		writeFrame(
			indexes: Uint8Array,
			width: number,
			height: number,
			options: {
				palette: number[][];
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
