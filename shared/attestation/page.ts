/** The page that checks proofs, for one issuer: one HTML file that loads nothing. */
import page from './check-page.json' with { type: 'json' };

export interface CheckPage {
  html: string;
  /** The page's Content-Security-Policy, which the page states too. */
  policy: string;
}

/** @param issuer the gateway's public URL, the one whose proofs the page takes */
export function checkPage(issuer: string): CheckPage {
  const policy = [
    "default-src 'none'",
    `script-src '${page.script}'`,
    `style-src '${page.style}'`,
    `connect-src ${new URL(issuer).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  // Functions, because a string would be searched for patterns of its own.
  const html = page.html
    .replace('{{policy}}', () => escaped(policy))
    .replace('{{issuer}}', () => escaped(issuer));
  return { html, policy: `${policy}; frame-ancestors 'none'` };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
