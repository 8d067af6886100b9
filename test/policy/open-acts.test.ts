/** Each act with a way that proves nothing: who has only an action, a department or an area reaches neither people nor other offices. */
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { translated } from '../../infra/cli/messages/translated.ts';
import { faults as CHINESE } from '../../infra/cli/messages/zh/faults.ts';
import { ACT_NAMES, type ActName, actDef } from '../../shared/acts.ts';
import { acts } from '../../shared/policy/compile/check/acts.ts';
import { type PackSource, packSchema } from '../../shared/policy/schema/schema.ts';
import { readSource } from '../../shared/policy/schema/source.ts';

/** What any office may do: about itself, the pack, or people whom a purpose opens to it. */
const OPEN: readonly ActName[] = [
  'token.issue',
  'public.read',
  'log.tree',
  'log.prove',
  'log.cosign',
  'self.read',
  'policy.read',
  'policy.simulate',
  'posting.check',
  'programme.read',
  'agency.rotate',
  'intake.write',
  'source.report',
  'release.make',
  'release.second',
  'release.card',
  'inquiry.make',
  'inquiry.second',
  'statistics.count',
  'leak.check',
  'verification.make',
  'task.list',
  'harm.report',
  'case.open',
  'request.file',
  'request.list',
];

const PACKS = {
  'disadvantaged-children': { outside: 'charity', institution: 'school', inside: 'civil-affairs-county' },
  'uk-childrens-social-care': { outside: null, institution: null, inside: 'childrens-services' },
  starter: { outside: null, institution: null, inside: 'librarian' },
};

describe.each(Object.entries(PACKS))('in the pack %s', (name, roles) => {
  const { tree } = readSource(join('shared/packs', name));
  const source = v.parse(packSchema, tree) as PackSource;

  /** What the compiler says if this act has such a way more. */
  function said(act: ActName, way: object): string[] {
    const row = source.acts[act];
    if (!row) throw new Error(`no row of ${act}`);
    const changed = { ...source, acts: { ...source.acts, [act]: { ...row, who: [...row.who, way] } } };
    const found: string[] = [];
    acts(changed, {} as never, (_, message) => found.push(message));
    return found;
  }

  it('says nothing of the pack itself', () => {
    const { acts: rows } = source;
    for (const act of ACT_NAMES)
      for (const way of rows[act]?.who ?? []) expect(said(act, way), act).toEqual([]);
  });

  it('every other act is refused to an action, a department or an area alone', () => {
    for (const act of ACT_NAMES.filter((one) => !OPEN.includes(one))) {
      const loose = ['department', 'area', 'other', 'other-line'].filter((one) =>
        (actDef(act).proves as readonly string[]).includes(one),
      );
      const ways = [
        {},
        { actions: ['casework'] },
        { actions: ['casework', 'audit'] },
        { actions: ['release'] },
        { actions: ['casework'], departments: ['MCA'] },
        ...loose.map((one) => ({ actions: ['casework'], needs: [one] })),
        ...(loose.length > 1 ? [{ actions: ['casework'], needs: loose }] : []),
      ];
      for (const way of ways) {
        const messages = said(act, way);
        expect(messages, `${act} ${JSON.stringify(way)}`).toContainEqual(
          expect.stringMatching(/^any office/),
        );
        for (const one of messages) expect(translated(one, CHINESE)).toMatch(/\p{Script=Han}/u);
      }
    }
  });

  it('and to a role that speaks for no department', () => {
    for (const act of ACT_NAMES.filter((one) => !OPEN.includes(one))) {
      for (const role of [roles.outside, roles.institution].filter((one) => one !== null)) {
        const messages = said(act, { actions: ['casework'], roles: [role] });
        expect(messages, `${act} ${role}`).toContainEqual(expect.stringContaining(`"${role}" `));
        for (const one of messages) expect(translated(one, CHINESE)).toMatch(/\p{Script=Han}/u);
      }
      const named = said(act, { actions: ['casework'], roles: [roles.inside] });
      expect(
        named.filter((one) => /reach/.test(one)),
        act,
      ).toEqual([]);
    }
  });
});
