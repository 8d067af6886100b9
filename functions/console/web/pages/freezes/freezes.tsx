import { useSignal } from '@preact/signals';
import type { Freeze } from '../../../../../shared/contract/casework.ts';
import { hashOf } from '../../frame/route.ts';
import { call, read } from '../../gateway/api.ts';
import { frozenName } from '../../gateway/frozen-name.ts';
import { me, officeName } from '../../gateway/reference.ts';
import { may } from '../../gateway/session.ts';
import { dotted, t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Shown, useNamed } from '../../ui/state.tsx';
import { SetFreeze } from './set.tsx';

export default function Freezes() {
  const { freezes } = t();
  const loaded = useNamed(async (signal) => (await read('GET /v1/freezes', {}, signal)).freezes, []);
  return (
    <div class="column">
      <Shown of={loaded} rows={2} empty={{ when: (all) => all.length === 0, text: freezes.none }}>
        {(all) => (
          <>
            <p class="faint">{freezes.liftTwo}</p>
            {all.map((one) => (
              <One key={one.id} one={one} onDone={loaded.reload} />
            ))}
          </>
        )}
      </Shown>
      {me.value?.acts.includes('freeze.set') !== false && <SetFreeze onDone={loaded.reload} />}
    </div>
  );
}

function One({ one, onDone }: { one: Freeze; onDone(): void }) {
  const { freezes } = t();
  const least = useSignal<number | null>(null);
  return (
    <section>
      <h2>{frozenName(one.target)}</h2>
      <p>
        {freezes.since} {time(one.at)} · {freezes.by}{' '}
        {dotted(officeName(one.by), one.said && visible(one.said.officer))}
        {one.until && ` · ${freezes.ends(time(one.until, 'short'))}`}
        {may('audit') && (
          <>
            {' '}
            · <a href={hashOf('log', { e: one.entry })}>{freezes.entry}</a>
          </>
        )}
      </p>
      {one.said && (
        <p>
          <q>{visible(one.said.reason)}</q>
        </p>
      )}
      <p class="faint">{freezes.stops[one.target.kind]}</p>
      {one.lifting && (
        <p class="bar warn">
          {freezes.lifting(officeName(one.lifting.by), time(one.lifting.until, 'short'))}
        </p>
      )}
      {least.value !== null && (
        <p role="status">{least.value === 0 ? freezes.stoppedNone : freezes.stoppedSome(least.value)}</p>
      )}
      {me.value?.acts.includes('freeze.read') && (
        <Act
          fields={[]}
          button={freezes.stopped}
          run={async () => {
            least.value = (await read('GET /v1/freezes/:id', { id: one.id })).freeze.stopped ?? 0;
            return '';
          }}
        />
      )}
      <Act
        fields={[reasonField()]}
        button={freezes.lift}
        run={async (values) => {
          const { own = true, entry } = one.lifting ?? {};
          const body = { ...values, ...(!own && { entry }) };
          return call('DELETE /v1/freezes/:id', { id: one.id, body });
        }}
        onDone={onDone}
      />
    </section>
  );
}
