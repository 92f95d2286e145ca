// Runs axe on a page in light and dark at two widths, and keeps a picture of each.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = path.resolve(import.meta.dirname, '../../target/screens');
mkdirSync(path.join(pictures, 'articles'), { recursive: true });

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Gives the violations found on the open page, each with the places it was found in. */
export async function violations(page, name) {
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 360]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.evaluate(() => scrollTo(0, 0));
      const variant = `${colorScheme}-${width}`;
      await page.screenshot({ path: path.join(pictures, `${name}-${variant}.png`), fullPage: true });
      await page.evaluate(axe);
      const result = await page.evaluate((values) => axe.run(document, { runOnly: { type: 'tag', values } }), standards);
      for (const violation of result.violations) {
        const places = violation.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ');
        found.push(`${variant}: ${violation.id} (${violation.help}) at ${places}`);
      }
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) found.push(`${variant}: the page is ${overflow} px wider than the window`);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}
