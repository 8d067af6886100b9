import { node } from './node.ts';
import type { Platform } from './types.ts';
import { web } from './web.ts';

/** Chosen once, by what is there. */
export const platform: Platform = node() ?? web;
export const { toBase64url, fromBase64url, sha256, verify } = platform;
