/** People of whom scenarios are about, each put in for one of them. */
import { hash, randomUUID } from 'node:crypto';
import { put, refAt } from '../maintenance/rig.ts';
import { noticeFor } from '../support/notices.ts';
import { BORN, freshNumber } from '../support/people.ts';
import type { World } from '../verify/world.ts';
import { desk } from './send.ts';

export const NAME = '欧阳娜娜';
/** No failed answer may hold any of them. */
export const PLANTED = [NAME, '13900000001'];

export const newborn = () => {
  const id_number = freshNumber();
  return { match: { id_number }, fields: { name: NAME, id_number, birth_date: BORN } };
};
export const digest = () => hash('sha256', randomUUID());

/** A child with a record of the police and of civil affairs. */
export async function child({ gateway }: World, more: object = {}) {
  const { match } = newborn();
  await put(gateway, 'mps-county', { match, fields: { name: NAME, ...match, birth_date: BORN } });
  const care = {
    ...{ division_code: '990001001', guardian_phone: '13900000001', hardship_category: ['orphan'] },
    guardian_identity: { name: '林海燕', document: MOTHER.kind, number: MOTHER.number },
  };
  const { ref } = await put(gateway, 'mca-county', { match, fields: { ...care, ...more } });
  return { match, ref: ref as string };
}

export type Child = Awaited<ReturnType<typeof child>>;

export const refFor = (world: World, { ref }: Child, agency: string) => refAt(world.gateway, ref, agency);

const D1 = { purpose: 'D1', recipient: 'cdpf-county', fields: ['name'] };

/** A consent that the federation of disabled people files to itself, or that a desk files. */
export const consenting = (
  world: World,
  { match }: Child,
  by: 'desk-county' | 'cdpf-county',
  more: { purpose: string; recipient: string; fields: string[] } = D1,
) =>
  desk(world, by, by === 'desk-county' ? 'chen.jing' : 'zhao.min', '/v1/consents', {
    ...{ subject: { match }, ...more, noticeVersion: noticeFor(more.purpose) },
    ...{ giver: 'guardian', relation: 'mother', method: 'signed-form' },
    document: MOTHER,
    evidence: digest(),
  });
/** A consent to a check by a help platform. */
export const toPlatform = (world: World, one: Child) =>
  consenting(world, one, 'desk-county', {
    ...{ purpose: 'C2', recipient: 'platform-lantern' },
    fields: ['birth_date', 'hardship_category', 'illness'],
  });
export const MOTHER = { kind: 'passport', number: 'E00000001' };
