/** Checks the proof of another office in this page: its signature, what is shown with it, its dates and its status. */
import { useSignal } from '@preact/signals';
import { type Checked, checkAttestation, proofIn, wordsOf } from '../../../../../shared/attestation/check.ts';
import { AttestationInvalid, type Fault } from '../../../../../shared/attestation/invalid.ts';
import { LANGUAGE_TAGS } from '../../../../../shared/languages.ts';
import { proofPageTexts as words } from '../../../../../shared/messages/proof-page.ts';
import { speak } from '../../../../../shared/messages/texts.ts';
import { about, BASE } from '../../gateway/about.ts';
import { deadline, label, language, t, time } from '../../text.ts';
import { Act } from '../../ui/act.tsx';
import { Facts } from '../../ui/table.tsx';

type Result = Checked | { fault: Fault | null };

export function CheckProof() {
  const { asking } = t();
  const result = useSignal<Result | null>(null);
  const asked = useSignal(false);
  return (
    <section>
      <h2>{asking.checkProof}</h2>
      <Act
        keeps
        fields={[
          { name: 'file', label: asking.proofFile, type: 'text-file', optional: true },
          { name: 'proof', label: asking.proofText, long: true, optional: true },
          {
            ...{ name: 'ask', label: asking.askFirst, several: true, optional: true },
            options: [['yes', asking.askGateway]],
          },
        ]}
        button={asking.check}
        run={async ({ file = '', proof = '', ask }) => {
          result.value = null;
          asked.value = ask === 'yes';
          result.value = await check(proof || file, asked.value);
          return '';
        }}
      />
      {result.value && <Shown of={result.value} asked={asked.value} />}
    </section>
  );
}

async function check(text: string, ask: boolean): Promise<Result> {
  const spoken = LANGUAGE_TAGS.find((tag) => tag === language.value);
  const [{ resource }] = await Promise.all([about(), spoken && speak(spoken)]);
  try {
    return await checkAttestation(proofIn(text) ?? '', {
      issuer: resource,
      now: Date.now(),
      ask,
      // The gateway's own files, by the address under which this page reads them.
      fetch: (url, init) => fetch(BASE + String(url).replace(resource, ''), init),
    });
  } catch (error) {
    return { fault: error instanceof AttestationInvalid ? error.fault : null };
  }
}

function Shown({ of, asked }: { of: Result; asked: boolean }) {
  const say = (text: (typeof words)['eligible']) => label({ label: text });
  if ('fault' in of) {
    const { fault } = of;
    return (
      <div class={fault === null ? 'bar slip' : 'failure'} role="status">
        <p>
          <b>{say(fault === null ? words.unchecked : words.invalid(fault))}</b>
        </p>
        <p>{say(fault === null ? words.unknown : words[fault])}</p>
      </div>
    );
  }
  const yes = of.outcome === 'YES';
  const rows = [
    [words.programme, of.programme],
    [words.issued, time(of.issued * 1000, 'short')],
    [words.validUntil, deadline(new Date(of.expires * 1000).toISOString())],
    [words.recipient, of.recipient === undefined ? say(words.notShown) : of.recipient],
    [words.endsKnown, of.statusUntil === null ? '–' : time(of.statusUntil * 1000, 'short')],
    [words.checked, [words.signature, words.belongs, words.dates, words.list].map(say).join(' · ')],
  ] as const;
  return (
    <div class={yes ? 'bar good slip' : 'bar slip'} role="status">
      <p>
        <b>
          {yes ? '✓ ' : ''}
          {say(yes ? words[wordsOf(of)] : words.unconfirmed)}
        </b>
      </p>
      <Facts rows={rows.map(([name, text]) => [say(name), text])} />
      {yes && <p>{say(asked ? words.asked : words.askFirst)}</p>}
      <p class="faint">{say(words.notInPublic)}</p>
    </div>
  );
}
