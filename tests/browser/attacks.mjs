// Opens what the converter made of every attack (crates/document/tests/xss) in a real browser, without a policy or a
// sanitizer: nothing but the converter protects these pages. No script may run, and no request may leave.
import fs from 'node:fs';

const ARTICLES = new URL('../../target/xss/articles.json', import.meta.url);
const SITE = 'http://attacked.test';
const AT_ONCE = 400;

/** Unsafe on purpose: if this test misses one of them, it proves nothing. */
const UNSAFE = {
  'a script': '<script>canary()</script>',
  'a handler': '<img src="/missing.png" onerror="canary()">',
  'an SVG handler': '<svg onload="canary()"></svg>',
  'a frame': '<iframe srcdoc="<script>parent.canary()</script>"></iframe>',
  'a link that runs a script': '<a href="javascript:canary()">x</a>',
  'a handler that waits for a person': '<p onmouseover="canary()">x</p>',
  'an image elsewhere': '<img src="https://outside.example/pixel.png">',
  'a style sheet elsewhere': '<link rel="stylesheet" href="https://outside.example/x.css">',
  'a style that asks elsewhere': '<p style="background:url(https://outside.example/x.png)">x</p>',
  'a refresh': '<meta http-equiv="refresh" content="0;url=https://outside.example/">',
};

/** What a page of these articles does: the scripts that ran and the requests that left. */
async function deeds(context, articles) {
  const page = await context.newPage();
  const found = [];
  await page.exposeFunction('canary', (what) => found.push(`a script ran${what ? `: ${what}` : ''}`));
  await page.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => window.canary(name);
  });
  page.on('pageerror', (error) => found.push(`a script failed: ${error.message}`));
  page.on('dialog', (dialog) => { found.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  const html = `<!doctype html><meta charset="utf-8"><title>Attacked</title>${articles.map(({ html }) => `<section>${html}</section>`).join('\n')}`;
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url === `${SITE}/`) return route.fulfill({ contentType: 'text/html', body: html });
    if (new URL(url).origin !== SITE) found.push(`a request left: ${url}`);
    return new URL(url).pathname.startsWith('/images/') || new URL(url).origin !== SITE
      ? route.abort()
      : route.fulfill({ status: 404, body: '' });
  });
  await page.goto(`${SITE}/`, { waitUntil: 'load' });
  // What waits for a person: opened, touched, focused, and each link that does not lead to another page clicked.
  const links = await page.evaluate(async () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    const allowed = ['http:', 'https:', 'mailto:', 'tel:', 'ftp:', 'ftps:', 'sftp:', 'ssh:'];
    const refused = [];
    for (const element of document.querySelectorAll('body *')) {
      for (const kind of ['mouseover', 'mouseenter', 'pointerdown', 'keydown', 'toggle', 'error', 'load']) {
        element.dispatchEvent(new Event(kind));
      }
      element.focus?.();
      const address = element.href?.baseVal ?? element.href;
      if (typeof address !== 'string' || !element.hasAttribute('href')) continue;
      const scheme = element.protocol ?? '';
      // A browser that can make nothing of an address goes nowhere.
      if (scheme !== ':' && !allowed.includes(scheme)) {
        refused.push(address);
        element.click();
      }
    }
    return refused;
  }).catch((error) => [`somewhere, at once (${error.message.split('\n')[0]})`]);
  found.push(...links.map((address) => `a link to ${address}`));
  await page.waitForTimeout(300);
  await page.close();
  return [...new Set(found)];
}

/** Runs the attacks; `check` takes a name and what may throw. */
export async function attacks(browser, check) {
  const context = await browser.newContext();
  context.setDefaultTimeout(60_000);
  for (const [name, html] of Object.entries(UNSAFE)) {
    await check(`the test of attacks notices ${name}`, async () => {
      if (!(await deeds(context, [{ html }])).length) throw new Error(`nothing was noticed in ${html}`);
    });
  }
  await check('no attack on the converter runs a script or asks another site', async () => {
    if (!fs.existsSync(ARTICLES)) throw new Error('target/xss/articles.json is missing; run: cargo test --profile native -p document --test xss');
    const articles = JSON.parse(fs.readFileSync(ARTICLES, 'utf8'));
    if (articles.length < 300) throw new Error(`only ${articles.length} attacks`);
    const faults = [];
    const look = async (some) => {
      const found = await deeds(context, some);
      if (!found.length) return;
      if (some.length === 1) {
        faults.push(`${some[0].place}: ${some[0].payload}\n${found.join('\n')}\n${some[0].html}`);
      } else if (faults.length < 10) {
        const middle = Math.ceil(some.length / 2);
        await look(some.slice(0, middle));
        await look(some.slice(middle));
      }
    };
    for (let from = 0; from < articles.length; from += AT_ONCE) await look(articles.slice(from, from + AT_ONCE));
    console.log(`      ${articles.length} attacks, ${faults.length} that did something`);
    if (faults.length) throw new Error(faults.join('\n\n'));
  });
  await context.close();
}
