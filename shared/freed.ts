/** Gives the memory back at once, where the platform can: a collection comes only after some 50 MB of it. */
export function freed({ buffer }: Uint8Array): void {
  (buffer as { transfer?(bytes: number): unknown }).transfer?.(0);
}
