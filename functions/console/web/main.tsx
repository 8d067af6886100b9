import { effect } from '@preact/signals';
import { render } from 'preact';
import { about } from './gateway/about.ts';
import { handOver, isSecond } from './gateway/again.ts';
import { comeBack, person } from './gateway/session.ts';
import { SignIn } from './pages/signin.tsx';
import { Shell } from './shell.tsx';
import { ready } from './text.ts';
import { Handed } from './ui/again.tsx';

function Console() {
  if (!ready.value) return null;
  const who = person.value;
  return who ? <Shell who={who} /> : <SignIn />;
}

// Names the zone of the policy. Without it, times are in the browser's.
about().catch(() => {});
const app = document.getElementById('app') as HTMLElement;
// Not awaited: the pages import this module, and would wait for it.
if (isSecond()) void handOver().then((took) => showHanded(took));
else void comeBack().then(() => render(<Console />, app));

function showHanded(took: boolean): void {
  if (took) window.close();
  effect(() => {
    if (ready.value) render(<Handed took={took} />, app);
  });
}
