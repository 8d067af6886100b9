/** The page that checks proofs of one issuer: one HTML file that loads nothing else. */
import page from './check.page.json' with { type: 'json' };

export interface CheckPage {
  html: string;
  /** The page's Content-Security-Policy. The page contains it as well. */
  policy: string;
}

/** @param issuer the gateway's public URL; the page accepts only proofs of this issuer */
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
  // Replacement functions, because `replace` interprets patterns such as `$&` in a replacement string.
  const html = page.html
    .replace('{{policy}}', () => escaped(policy))
    .replace('{{issuer}}', () => escaped(issuer));
  return { html, policy: `${policy}; frame-ancestors 'none'` };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
