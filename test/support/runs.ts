/** How often a property is tried: few times by default, many with `SLOW=1`. */
export const RUNS = { numRuns: process.env['SLOW'] ? 20_000 : 200 };
