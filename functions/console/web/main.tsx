import { render } from 'preact';
import { SignIn } from './pages/signin.tsx';
import { about, comeBack, person } from './session.ts';
import { Shell } from './shell.tsx';
import { ready } from './text.ts';

function Console() {
  if (!ready.value) return null;
  const who = person.value;
  return who ? <Shell who={who} /> : <SignIn />;
}

// Names the zone of the policy. Without it, times are in the browser's.
about().catch(() => {});
// Not awaited: the pages import this module, and would wait for it.
void comeBack().then(() => render(<Console />, document.getElementById('app') as HTMLElement));
