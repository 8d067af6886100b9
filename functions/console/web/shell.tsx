/** The frame around every page: names, marks, keys, palette, lock. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { commandsOf } from './commands.ts';
import { useFocusKept } from './frame/focus.ts';
import { currentKeys, type Keys, shownKey, useKeys } from './frame/keys.ts';
import { setPrefs } from './frame/prefs.ts';
import { go, hashOf, route } from './frame/route.ts';
import { BASE } from './gateway/about.ts';
import { demand } from './gateway/again.ts';
import { untilAnswered } from './gateway/api.ts';
import { useCounts } from './gateway/counts.ts';
import { useIdle } from './gateway/idle.ts';
import { ApiError } from './gateway/problems.ts';
import { loadMe, loadReference, me, officeName, openAlerts, openTasks } from './gateway/reference.ts';
import { lock, type Person, signOut } from './gateway/session.ts';
import { languageAfter, languageNamed } from './languages.ts';
import { dependsOn, GROUPS, isForRole, PAGES, type Page, pagesFor } from './pages.ts';
import { language, number, t, time, visible, zone } from './text.ts';
import { AgainDialog } from './ui/again.tsx';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Integrity } from './ui/integrity.tsx';
import { put } from './ui/kept.ts';
import { Palette } from './ui/palette.tsx';
import { Failure, Skeleton, WaitingBar } from './ui/state.tsx';
import { remembered } from './verify/remembered.ts';

export function Shell({ who }: { who: Person }) {
  const { frame, pages: names } = t();
  const open = useSignal<'palette' | 'keys' | 'menu' | null>(null);
  const mine = pagesFor(who.actions, me.value);
  const name =
    route.value.page || ((mine.find(({ actions }) => actions !== null) ?? mine[0])?.name ?? 'settings');
  const find = useSignal<typeof import('./pages/found.ts') | null>(null);
  const close = () => put(open, null);
  const toOther = () => setPrefs({ language: languageAfter(language.value) });
  const keys: Keys = {
    '?': { label: frame.keysHint, run: () => put(open, 'keys') },
    'Ctrl+K': { label: frame.palette, everywhere: true, run: () => put(open, 'palette') },
    l: { label: frame.languageName, run: toOther },
    'Ctrl+Shift+L': { label: frame.lock, everywhere: true, run: () => lock() },
    ...Object.fromEntries(
      mine.map((page) => [
        `g ${page.key}`,
        { label: frame.goto(names[page.name]), run: () => go(page.name, page.opens) },
      ]),
    ),
  };
  useKeys(keys);
  useEffect(() => {
    me.value = null;
    openAlerts.value = null;
    openTasks.value = null;
    // An auditor's pages depend on the person alone.
    if (PAGES.some((one) => dependsOn(one, who.actions) && isForRole(one, who.actions)))
      loadMe().catch(() => {});
  }, [who]);
  useFocusKept();
  useEffect(() => {
    if (open.value !== 'palette') return;
    void loadReference();
    void import('./pages/found.ts').then((found) => put(find, found));
  }, [open.value]);
  const leaving = useIdle();
  const page = PAGES.find((one) => one.name === name);
  useEffect(() => {
    const alerts = openAlerts.value ? `(${number(openAlerts.value)}) ` : '';
    document.title = `${alerts}${page ? `${names[page.name]} · ` : ''}Fieldgate`;
  }, [name, language.value, openAlerts.value]);
  useCounts(who);
  return (
    <>
      <a
        class="skip"
        href={location.hash}
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {frame.skip}
      </a>
      <header class="top">
        <Button
          kind="quiet"
          onClick={() => put(open, open.value === 'menu' ? null : 'menu')}
          label={frame.menu}
        >
          ☰
        </Button>
        <b class="mark">Fieldgate</b>
        <nav class={open.value === 'menu' ? 'open' : ''} aria-label={frame.menu}>
          {GROUPS.map((group) => {
            const own = mine.filter((one) => one.group === group);
            return (
              own.length > 0 && (
                <div key={group} role="group" aria-label={frame.groups[group]}>
                  {group !== 'none' && <p aria-hidden="true">{frame.groups[group]}</p>}
                  {own.map((one) => (
                    <a
                      key={one.name}
                      href={hashOf(one.name, one.opens)}
                      aria-current={one.name === name ? 'page' : undefined}
                      class={one.name === 'settings' ? 'narrow' : undefined}
                      onClick={close}
                    >
                      {names[one.name]}
                      {countOf(one.name) > 0 && <span class="count"> {number(countOf(one.name))}</span>}
                    </a>
                  ))}
                </div>
              )
            );
          })}
        </nav>
        {(openAlerts.value ?? 0) > 0 && (
          <a
            class="alerts"
            href={hashOf('review', { only: 'alert' })}
            aria-label={frame.alerts(openAlerts.value ?? 0)}
          >
            ▲ {number(openAlerts.value ?? 0)}
          </a>
        )}
        <Integrity look={lookAtWitnesses} />
        <a class="who" href={hashOf('settings')} title={names.settings}>
          <span>{who.name}</span>
          <span class="faint">
            {officeName(who.office)} <span>{zone()}</span>
          </span>
        </a>
        <div class="foot">
          <button
            type="button"
            class="button quiet"
            lang={languageNamed(languageAfter(language.value)).tag}
            aria-label={frame.language}
            onClick={toOther}
          >
            {frame.language}
          </button>
          <Button kind="quiet" onClick={() => put(open, 'palette')} label={`${frame.palette} Ctrl K`}>
            ⌕ <span class="kbd">Ctrl K</span>
          </Button>
          <Button kind="quiet" onClick={() => lock()}>
            {frame.lock}
          </Button>
          <Button kind="quiet" onClick={() => void signOut()}>
            {frame.signOut}
          </Button>
        </div>
      </header>
      <WaitingBar />
      {leaving.value && (
        <p class="bar warn" role="alert">
          {frame.idle} <Button onClick={() => put(leaving, false)}>{frame.stay}</Button>
        </p>
      )}
      <Sheet who={who} />
      <main id="main" tabIndex={-1} key={name}>
        {page ? <Opened page={page} who={who} /> : <Unknown />}
      </main>
      {demand.value && <AgainDialog />}
      {open.value === 'palette' && (
        <Palette
          commands={commandsOf(mine)}
          more={(wanted) => find.value?.foundIn(wanted, who.actions) ?? []}
          onClose={close}
        />
      )}
      {open.value === 'keys' && <KeyList onClose={close} />}
    </>
  );
}

/** With a file that a page has: one of its own would split those of the first load, which is a request more. */
const lookAtWitnesses = async () => (await import('./pages/prove/witnesses.tsx')).look();

/** What waits there, as far as it has been counted. */
const countOf = (page: string) =>
  (page === 'review' ? openAlerts.value : page === 'inbox' ? openTasks.value : null) ?? 0;

function Opened({ page, who }: { page: Page; who: Person }) {
  const { frame, roles, pages } = t();
  const [loaded, setLoaded] = useState<{ Body: ComponentType | null; error: unknown }>({
    Body: null,
    error: null,
  });
  const isRole = isForRole(page, who.actions);
  // Until it is known, the page waits.
  const isOpen = !dependsOn(page, who.actions) || (me.value === null ? null : page.open?.(me.value));
  const allowed = isRole && isOpen !== false;
  const fetchBody = () => {
    // A part that does not come is asked for again, as an answer of the gateway is.
    untilAnswered(() => page.load().catch(() => Promise.reject(new ApiError(0, {}))), { tries: 5 }).then(
      ({ default: Body }) => setLoaded({ Body, error: null }),
      (error) => setLoaded({ Body: null, error }),
    );
  };
  useEffect(() => {
    if (isRole && isOpen) fetchBody();
  }, [page.name, isOpen]);
  const rolesOf = (actions: readonly string[]) =>
    actions.map((one) => roles[one as 'audit'] ?? one).join(', ');
  if (!allowed) {
    return (
      <article class="column">
        <h1>{pages[page.name]}</h1>
        <p role="alert">
          {isRole
            ? frame.notForOffice(who.office)
            : frame.notForYou(rolesOf(page.actions ?? []), rolesOf(who.actions), who.office)}
        </p>
      </article>
    );
  }
  const { Body, error } = loaded;
  return (
    <>
      <h1 class="page">{pages[page.name]}</h1>
      {/* After a deployment the address of the part may be gone. Only a reload has the new one. */}
      {error ? (
        <Failure error={error} again={() => location.reload()} />
      ) : Body ? (
        <Body />
      ) : (
        <Skeleton rows={8} />
      )}
    </>
  );
}

/** The head of a printed sheet: of which gateway, by whom, when, how far this browser has verified the log, and of which entry. */
function Sheet({ who }: { who: Person }) {
  const { integrity, entry } = t();
  const open = route.value.query.get('e');
  const printed = useSignal(Date.now());
  useEffect(() => {
    const now = () => put(printed, Date.now());
    addEventListener('beforeprint', now);
    return () => removeEventListener('beforeprint', now);
  }, []);
  const known = remembered.value;
  return (
    <div class="sheet" aria-hidden="true">
      <p>
        {new URL(BASE).host} · {visible(who.name)}, {officeName(who.office)} · {time(printed.value)} {zone()}{' '}
        ({new Date(printed.value).toISOString()})
      </p>
      <p class="mono">
        {known && !known.fault
          ? `${integrity.verified(number(known.size), time(known.at, 'short'))}: ${known.note.split('\n').slice(0, 3).join(' ')}`
          : integrity.unknown}
      </p>
      {/* The page itself shows a part of it. */}
      {open && (
        <p class="mono">
          {entry.title} {visible(open)}
        </p>
      )}
    </div>
  );
}

function Unknown() {
  const { frame } = t();
  return (
    <article class="column">
      <p>{frame.unknownPage}</p>
      <a href="#/">{frame.home}</a>
    </article>
  );
}

function KeyList({ onClose }: { onClose(): void }) {
  return (
    <Dialog title={t().frame.keysHint} onClose={onClose}>
      <dl class="keys">
        {currentKeys()
          .filter(([, { label }]) => label !== '')
          .map(([name, { label }]) => (
            <div key={name}>
              <dt>
                <kbd>{shownKey(name)}</kbd>
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
      </dl>
    </Dialog>
  );
}
