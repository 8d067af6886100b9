import type { Freeze } from '../../../../shared/contract/casework.ts';
import { call, read } from '../api.ts';
import { loadReference, officeName, purposeName } from '../reference.ts';
import { t, time } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
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
    return answer.state === 'pending'
      ? act.pending(time(answer.expiresAt, 'short'))
      : act.done(answer.receipt?.entry ?? '');
  };
  const stopped = (id: string) => async () => {
    const answer = await read(`/v1/freezes/${id}`);
    const least = (answer.freeze as Freeze).stopped ?? 0;
    return least === 0 ? freezes.stoppedNone : freezes.stoppedSome(least);
  };
  return (
    <div class="column">
      <Shown of={loaded} rows={2} empty={{ when: (all) => all.length === 0, text: freezes.none }}>
        {(all) => (
          <>
            <p class="faint">{freezes.liftTwo}</p>
            {all.map((one) => (
              <section key={one.id}>
                <h2>
                  {one.target.kind === 'subject'
                    ? freezes.person
                    : (freezes.kinds[one.target.kind as 'agency'] ?? one.target.kind)}
                  :{' '}
                  {officeName(one.target.agency) ||
                    purposeName(one.target.purpose) ||
                    one.target.class ||
                    one.target.ref}
                </h2>
                <p>
                  {freezes.since} {time(one.at)} · {freezes.by} {officeName(one.by)}
                </p>
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
          { name: 'kind', label: freezes.kind, options: Object.entries(freezes.kinds) },
          { name: 'code', label: freezes.name },
          { name: 'again', label: freezes.again },
          reasonField(),
        ]}
        button={freezes.freeze}
        danger
        run={async ({ kind = '', code = '', again, reason }) => {
          if (code !== again) throw new TypeError(freezes.notSame);
          const { receipt } = await call('POST', '/v1/freezes', { target: { [kind]: code }, reason });
          loaded.reload();
          return `${freezes.frozen} ${act.done(receipt.entry)}`;
        }}
      />
    </div>
  );
}
