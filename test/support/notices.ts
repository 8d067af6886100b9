import { pack } from '../../functions/session/policy.ts';
import { noticesOf } from '../../shared/policy/present/notice.ts';

/** The hash of the shipped notice of a purpose, which a consent names. */
export function noticeFor(purpose: string): string {
  return noticesOf(pack).get(purpose)?.hash ?? 'none';
}
