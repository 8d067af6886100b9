import type { Freeze } from '../../../../shared/contract/casework.ts';
import { call, keep, read } from '../api.ts';
import { loadReference, officeName, purposeName } from '../reference.ts';
import { hashOf, route } from '../route.ts';
import { person } from '../session.ts';
import { t, time } from '../text.ts';
import { Act, outcomeOf, reasonField } from '../ui/act.tsx';
import { Shown, useLoad } from '../ui/state.tsx';

export function Freezes() {
  const { freezes, act } = t();
  const loaded = useLoad(async (signal) => {
    const [answer] = await Promise.all([read('/v1/freezes', { signal }), loadReference()]);
    return answer.freezes as Freeze[];
  }, []);
  const lift = (id: string) => async (values: Record<string, string>) => {
    const answer = await call('DELETE', `/v1/freezes/${id}`, values);
    loaded.reload();
    return outcomeOf(answer);
  };
  const stopped = (id: string) => async () => {
    const answer = await read(`/v1/freezes/${id}`);
    const least = (answer.freeze as Freeze).stopped ?? 0;
    return least === 0 ? freezes.stoppedNone : freezes.stoppedSome(least);
  };
  // An entry of the log leads here with its officer.
  const { query } = route.value;
  const [agency = '', officer = ''] = [query.get('agency') ?? '', query.get('officer') ?? ''];
  const about = { kind: officer === '' ? '' : 'officer', agency, officer };
  return (
    <div class="column">
      <Shown of={loaded} rows={2} empty={{ when: (all) => all.length === 0, text: freezes.none }}>
        {(all) => (
          <>
            <p class="faint">{freezes.liftTwo}</p>
            {all.map((one) => (
              <section key={one.id}>
                <h2>{nameOf(one.target)}</h2>
                <p>
                  {freezes.since} {time(one.at)} · {freezes.by} {officeName(one.by)}
                  {/* The reason is a word of the log, which auditors read. */}
                  {person.value?.actions.includes('audit') && (
                    <>
                      {' '}
                      · <a href={hashOf('log', { e: one.entry })}>{freezes.why}</a>
                    </>
                  )}
                </p>
                {one.lifting && (
                  <p>{freezes.lifting(officeName(one.lifting.by), time(one.lifting.until, 'short'))}</p>
                )}
                <Act fields={[]} button={freezes.stopped} run={stopped(one.id)} />
                <Act fields={[reasonField()]} button={freezes.lift} run={lift(one.id)} />
              </section>
            ))}
          </>
        )}
      </Shown>
      <h2>{freezes.freeze}</h2>
      <p>{freezes.stops}</p>
      <Act
        fields={[
          { name: 'kind', label: freezes.kind, options: Object.entries(freezes.kinds), value: about.kind },
          { name: 'code', label: freezes.name, value: about.agency },
          {
            name: 'officer',
            label: freezes.officer,
            hint: freezes.officerHint,
            optional: true,
            value: about.officer,
          },
          { name: 'again', label: freezes.again },
          reasonField(),
        ]}
        button={freezes.freeze}
        danger
        run={async ({ kind = '', code = '', officer, again, reason }) => {
          if (code !== again) throw new TypeError(freezes.notSame);
          const target =
            kind === 'officer'
              ? { agency: code, officer: officer ?? '' }
              : { [kind]: kind === 'subject' ? { ref: code } : code };
          const { receipt } = await keep('POST', '/v1/freezes', { target, reason });
          loaded.reload();
          return `${freezes.frozen} ${act.done(receipt.entry)}`;
        }}
      />
    </div>
  );
}

/** The kind of what is frozen, and its name. */
export function nameOf({ kind, agency, purpose, class: name, ref = '' }: Freeze['target']): string {
  return `${t().freezes.kinds[kind]}: ${officeName(agency) || purposeName(purpose) || name || ref}`;
}
