/** The compiler of policy packs speaks English. */
export const faults: readonly (readonly [english: string, translated: string])[] = [];
