/** How a page looks on paper and on screens: what overflows, and columns too narrow to read. */
import type { Page } from 'playwright-core';

/** In pixels: the width of A4 between the margins of the pages, a small window, a phone. */
export const WIDTHS = { a4: 673, window: 900, phone: 390 };

/** @returns what a reader could not read at this width; the narrowest column must hold three characters */
export async function unreadable(page: Page, width: number, media: 'print' | 'screen'): Promise<string[]> {
  await page.emulateMedia({ media });
  await page.setViewportSize({ width, height: 900 });
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide`);
    for (const element of document.body.querySelectorAll<HTMLElement>(
      'p, h1, h2, th, td, span, time, .stamp div',
    )) {
      const { width: wide, left, right } = element.getBoundingClientRect();
      if (wide === 0) continue;
      const name = `${element.tagName} "${(element.textContent ?? '').slice(0, 20)}"`;
      if (left < -1 || right > clientWidth + 1) found.push(`${name} is cut`);
      const em = Number.parseFloat(getComputedStyle(element).fontSize);
      // 9 points; digests are compared, not read.
      if (em < 12 && !element.matches('.digest')) found.push(`${name} is ${em} pixels high`);
      const column = element.matches('th, td');
      if (column && wide < 3 * em) found.push(`${name} has room for ${(wide / em).toFixed(1)} characters`);
    }
    return found;
  });
}

/** The number of pages of a PDF file. */
export function pagesOf(pdf: Buffer): number {
  return (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length;
}
