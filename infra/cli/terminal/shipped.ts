import { fileURLToPath } from 'node:url';

/** The folder of the pack behind `#pack/`, the shipped one. */
export const SHIPPED = fileURLToPath(new URL('..', import.meta.resolve('#pack/pack.json'))).replace(
  /\/$/,
  '',
);
