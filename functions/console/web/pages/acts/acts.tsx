/** Every act that the person may do, each with a form that is made from the contract: for those without a page of their own. */
import { useSignal } from '@preact/signals';
import type { Json } from '../../../../../shared/json.ts';
import { route, setQuery } from '../../frame/route.ts';
import { loadReference } from '../../gateway/reference.ts';
import { language, t, visible } from '../../text.ts';
import { put, useLeave } from '../../ui/kept.ts';
import { Pane, Section } from '../../ui/pane.tsx';
import { Choices, Split } from '../../ui/split.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';
import { DeedForm } from './deeds.tsx';
import { type Deed, readDeeds } from './document.ts';

/** The words of the document are those of one language: in another one the page begins again. */
export default function Acts() {
  return <Deeds key={language.value} />;
}

function Deeds() {
  const { acts } = t();
  const open = route.value.query.get('do');
  const wanted = useSignal('');
  const loaded = useLoad(async (signal) => {
    const [deeds] = await Promise.all([readDeeds(signal), loadReference()]);
    return deeds;
  }, []);
  return (
    <>
      <p class="faint">{acts.hint}</p>
      <p class="row">
        <input
          type="search"
          aria-label={acts.find}
          placeholder={acts.find}
          value={wanted.value}
          onInput={({ currentTarget: { value } }) => {
            wanted.value = value;
          }}
        />
      </p>
      <Shown of={loaded}>
        {(deeds) => {
          const one = deeds.find(({ id }) => id === open);
          const word = wanted.value.trim().toLowerCase();
          const shown = deeds.filter(({ line, summary }) =>
            `${line} ${summary}`.toLowerCase().includes(word),
          );
          return (
            <Split
              pane={
                one && <Doing key={one.id} one={one} onClose={() => setQuery({ do: undefined }, false)} />
              }
            >
              <Choices
                key={word}
                label={t().pages.acts}
                items={shown}
                by="do"
                row={(deed) => <Row one={deed} />}
              />
            </Split>
          );
        }}
      </Shown>
    </>
  );
}

function Row({ one }: { one: Deed }) {
  return (
    <span role="gridcell" class="group">
      <b>{one.summary}</b>
      <span class="mono faint">{one.line}</span>
    </span>
  );
}

function Doing({ one, onClose }: { one: Deed; onClose(): void }) {
  const { acts } = t();
  const answer = useSignal<Json | null>(null);
  useLeave(() => put(answer, null));
  return (
    <Pane title={one.summary} onClose={onClose}>
      <p class="mono faint">{one.line}</p>
      <DeedForm one={one} onAnswer={(given) => put(answer, given)} />
      {answer.value !== null && (
        <Section title={acts.answer}>
          <Told of={answer.value} />
        </Section>
      )}
    </Pane>
  );
}

/** A value as it was answered: names and texts, one below the other. */
function Told({ of }: { of: Json }) {
  if (Array.isArray(of))
    return of.length === 0 ? (
      <>–</>
    ) : (
      <ul>
        {of.map((one, at) => (
          <li key={at}>
            <Told of={one} />
          </li>
        ))}
      </ul>
    );
  if (typeof of !== 'object' || of === null) return <>{of === null ? '–' : visible(String(of))}</>;
  return (
    <dl>
      {Object.entries(of).map(([name, value]) => [
        <dt key={`${name} name`}>{visible(name)}</dt>,
        <dd key={name}>
          <Told of={value} />
        </dd>,
      ])}
    </dl>
  );
}
