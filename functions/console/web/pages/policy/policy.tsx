import { hashOf, route } from '../../frame/route.ts';
import { loadReference, type PolicyView, policy, policyVersion } from '../../gateway/reference.ts';
import { label, t } from '../../text.ts';
import { Chips } from '../../ui/choose.tsx';
import { Rule } from '../../ui/rule.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';
import { Matrix, PurposeFacts } from './matrix.tsx';
import { SentencesOf } from './sentences.tsx';
import { Simulate } from './simulate.tsx';
import { Versions } from './versions.tsx';

export default function Policy() {
  const { policyPage } = t();
  const tab = route.value.query.get('tab') ?? 'matrix';
  // An entry names the version that decided, which may not be the one in force.
  const hash = route.value.query.get('hash') ?? undefined;
  const loaded = useLoad(async () => {
    await loadReference();
    return ((await policyVersion(hash)) ?? policy.value) as PolicyView;
  }, [hash]);
  const shown = loaded.value ?? policy.value;
  return (
    <>
      <p class="row">
        <Chips
          of={(['matrix', 'purposes', 'sentences', 'versions', 'simulate'] as const).map((name) => [
            hashOf('policy', { tab: name, hash }),
            name === 'simulate'
              ? t().simulate.title
              : name === 'sentences'
                ? policyPage.sentences.title
                : policyPage[name],
            tab === name,
          ])}
        />
        {shown && (
          <span class="faint">
            {policyPage.version(shown.version)} <span class="mono">{shown.hash.slice(0, 12)}</span>
          </span>
        )}
        {hash !== undefined && shown?.hash !== policy.value?.hash && (
          <a href={hashOf('policy', { tab })}>{policyPage.toInForce}</a>
        )}
      </p>
      <Shown of={loaded}>
        {(view) =>
          tab === 'purposes' ? (
            <Purposes view={view} />
          ) : tab === 'sentences' ? (
            <SentencesOf view={view} />
          ) : tab === 'versions' ? (
            <Versions />
          ) : tab === 'simulate' ? (
            <Simulate view={view} />
          ) : (
            <Matrix view={view} />
          )
        }
      </Shown>
    </>
  );
}

function Purposes({ view }: { view: PolicyView }) {
  return (
    <div class="two">
      {Object.entries(view.purposes).map(([code, one]) => (
        <section key={code}>
          <h2>
            {code} {label(one)}
          </h2>
          <Rule rule={one.rule} code={undefined} />
          <PurposeFacts view={view} code={code} />
        </section>
      ))}
      {Object.entries(view.prohibited).map(([code, one]) => (
        <section key={code}>
          <h2 class="bad">
            {code} {label(one)}
          </h2>
          <p>{t().problems['PROHIBITED_PURPOSE']}</p>
          <Rule rule={one.rule} code={undefined} />
        </section>
      ))}
    </div>
  );
}
