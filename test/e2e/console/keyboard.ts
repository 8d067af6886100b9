/** Forms by the keyboard alone. */
import type { Page } from 'playwright-core';

const focusOf = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('name') ?? '');
const MOST = 60;

/** @throws Error if the field can't be reached by Tab */
async function tabTo(page: Page, name: string): Promise<void> {
  // A page that is still being drawn would swallow the steps.
  await page.locator(`[name="${name}"]`).first().waitFor({ state: 'attached' });
  // A page that has just changed moves the focus after its first frame. A string, because Node has no frames.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  for (let step = 0; (await focusOf(page)) !== name; step++) {
    if (step > MOST) throw new Error(`no way to ${name}`);
    await page.keyboard.press('Tab');
  }
}

export async function type(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.type(text);
}

/** Chooses an option by the beginning of its text. */
export async function choose(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.type(text);
  const shown = await page.evaluate(() => {
    const select = document.activeElement as HTMLSelectElement;
    return select.selectedOptions[0]?.textContent ?? '';
  });
  if (!shown.startsWith(text)) throw new Error(`${name} is at ${shown}, not at ${text}`);
}

export async function tick(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Space');
}

/** Presses the button of this text, reached by Tab. */
export async function press(page: Page, text: string): Promise<void> {
  const at = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  await page.locator('button, a, summary', { hasText: text }).first().waitFor({ state: 'attached' });
  for (let step = 0; !(await at()).startsWith(text); step++) {
    if (step > MOST) throw new Error(`no way to ${text}`);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
}

/** After an act the focus is somewhere: a keyboard goes on from there. */
export const isFocusKept = (page: Page) => page.evaluate(() => document.activeElement !== document.body);
