// Walks the journeys of an admin and an employee in a real browser, and looks at every screen with axe.
import { chromium } from 'playwright-core';
import { startApplication } from './application.mjs';
import { violations } from './accessibility.mjs';
import { attacks } from './attacks.mjs';
import { admin } from './journeys/admin.mjs';
import { employee } from './journeys/employee.mjs';
import { settings } from './journeys/settings.mjs';

let passed = 0;
let failed = 0;

async function check(name, work) {
  try {
    await work();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message).replaceAll('\n', '\n      ')}`);
  }
}

const application = await startApplication();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** A browser profile of its own, whose policy violations are gathered. */
async function person() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(20_000);
  const blocked = [];
  await context.exposeFunction('reportBlocked', (what) => blocked.push(what));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => reportBlocked(`${event.violatedDirective}: ${event.blockedURI} on ${location.pathname}`));
  });
  return { page: await context.newPage(), blocked };
}

/** What a journey uses: a step that may fail by itself, and a look at the screen it stands on. */
const walk = (page) => ({
  page,
  url: application.url,
  site: application.site,
  step: check,
  screen: (name) =>
    check(`screen ${name} is accessible`, async () => {
      const found = await violations(page, name);
      if (found.length) throw new Error(found.join('\n'));
    }),
});

try {
  await attacks(browser, check);
  for (const [name, journey] of Object.entries({ admin, employee, settings })) {
    const { page, blocked } = await person();
    try {
      await journey(walk(page));
    } catch (error) {
      failed += 1;
      console.log(`FAIL  the journey of the ${name} broke off at ${page.url()}\n      ${error.message}`);
      await page.screenshot({ path: `../../target/screens/broken-${name}.png` });
    }
    await check(`the content security policy blocked nothing for the ${name}`, async () => {
      if (blocked.length) throw new Error([...new Set(blocked)].join('\n'));
    });
  }
} finally {
  await browser.close();
  application.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
