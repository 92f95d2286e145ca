// Starts the simulated Confluence and the application on free ports, as `make up` does.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Resolves with the rest of the line once `marker` was printed. */
function printed(child, marker, seconds) {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`no "${marker}" after ${seconds} s:\n${output}`)), seconds * 1000);
    const read = (chunk) => {
      output += chunk;
      const at = output.indexOf(marker);
      const end = output.indexOf('\n', at);
      if (at < 0 || end < 0) return;
      clearTimeout(timer);
      resolve(output.slice(at + marker.length, end).trim());
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`ended with ${code} before "${marker}":\n${output}`)));
  });
}

export async function startApplication() {
  const state = mkdtempSync(path.join(tmpdir(), 'siit-browser-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const simulator = spawn('target/native/simulator', ['--listen', '127.0.0.1:0', '--app-url', url], { cwd: root });
  const site = await printed(simulator, 'Simulated Confluence:', 30);
  const program = process.env.HOST === 'spin' ? 'spin' : 'target/native/host';
  const listen = url.replace('http://', '');
  const host = spawn(program, ['up', '-f', 'spin.toml', '--listen', listen, '--state-dir', state], {
    cwd: root,
    env: {
      ...process.env,
      SPIN_VARIABLE_PUBLIC_URL: url,
      SPIN_VARIABLE_PORTAL_NAME: 'Acme Help Center',
      SPIN_VARIABLE_SESSION_KEY: 'c2Vzc2lvbiBrZXkgZm9yIHRoZSBzdG9yaWVzIG9ubHk=',
      SPIN_VARIABLE_SEALING_KEY: 'c2VhbGluZyBrZXkgZm9yIHRoZSBzdG9yaWVzIG9ubHk=',
      SPIN_VARIABLE_CONFLUENCE_CLIENT_ID: 'siit-confluence',
      SPIN_VARIABLE_CONFLUENCE_CLIENT_SECRET: 'simulated-client-secret',
      SPIN_VARIABLE_ATLASSIAN_AUTH_URL: site,
      SPIN_VARIABLE_ATLASSIAN_API_URL: site,
      SPIN_VARIABLE_CONFLUENCE_SITES: site,
      SPIN_VARIABLE_ATLASSIAN_MEDIA_URL: site,
      SPIN_VARIABLE_OIDC_ISSUER: `${site}/oidc`,
      SPIN_VARIABLE_OIDC_ORIGIN: site,
      SPIN_VARIABLE_OIDC_CLIENT_ID: 'siit-portal',
      SPIN_VARIABLE_OIDC_CLIENT_SECRET: 'simulated-oidc-secret',
      SPIN_VARIABLE_SYNC_INTERVAL_SECONDS: '86400',
    },
  });
  await printed(host, 'Serving http', 120);
  return {
    url,
    site,
    stop() {
      host.kill('SIGTERM');
      simulator.kill('SIGTERM');
      host.on('exit', () => rmSync(state, { recursive: true, force: true }));
    },
  };
}
