import { render } from 'preact';
import { SignIn } from './pages/signin.tsx';
import { comeBack, person } from './session.ts';
import { Shell } from './shell.tsx';
import { ready } from './text.ts';

function Console() {
  if (!ready.value) return null;
  const who = person.value;
  return who ? <Shell who={who} /> : <SignIn />;
}

await comeBack();
render(<Console />, document.getElementById('app') as HTMLElement);
