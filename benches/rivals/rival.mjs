// Converts bodies with one of the rivals from npm: rival.mjs NAME BODIES.json OUTPUTS.json, in the folder of the rivals.
//
// Prints the seconds that it takes (the best of some rounds for each few bodies, as ours is timed) and how many bodies
// it gave up on; what it made of each body goes to OUTPUTS.json.
// The time includes reading the JSON of a body, which all others read as well.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROUNDS = 5;
const BATCH = 30;
const require = createRequire(join(process.cwd(), 'rivals.cjs'));

function converter(name) {
  if (name === 'adf-to-markdown') {
    const { convertADFToMarkdown } = require('adf-to-markdown');
    return (body) => convertADFToMarkdown(JSON.parse(body));
  }
  if (name === '@atlaskit/renderer') {
    const { TextSerializer } = require('@atlaskit/renderer/dist/cjs/text-serializer.js');
    const { defaultSchema } = require('@atlaskit/adf-schema/schema-default');
    const serializer = new TextSerializer(defaultSchema);
    return (body) => serializer.serializeFragment(defaultSchema.nodeFromJSON(JSON.parse(body)).content);
  }
  throw new Error(`there is no rival ${name}`);
}

const [name, bodiesFile, outputsFile] = process.argv.slice(2);
const convert = converter(name);
const bodies = JSON.parse(readFileSync(bodiesFile, 'utf8'));
// What it says about bodies that it does not understand is not what it makes of them.
console.warn = console.error = console.log = () => {};
const batches = [];
for (let first = 0; first < bodies.length; first += BATCH) batches.push(bodies.slice(first, first + BATCH));
const best = batches.map(() => Infinity);
let made = [];
for (let round = 0; round < ROUNDS; round++) {
  made = [];
  for (const [at, batch] of batches.entries()) {
    const start = performance.now();
    for (const body of batch) {
      try {
        made.push(String(convert(body)));
      } catch {
        made.push(null);
      }
    }
    best[at] = Math.min(best[at], (performance.now() - start) / 1000);
  }
}
const seconds = best.reduce((sum, one) => sum + one, 0);
writeFileSync(outputsFile, JSON.stringify(made));
process.stdout.write(JSON.stringify({ seconds, errors: made.filter((one) => one === null).length }) + '\n');
