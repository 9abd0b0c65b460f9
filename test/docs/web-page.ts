import { execFile, spawnSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';

/** Chromium, where there is one. */
export const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves a folder, opens its `index.html` in the browser, and waits until the page is at rest: what it then holds. */
export async function openPage(folder: string): Promise<string> {
  const server = createServer(({ url }, response) => {
    const file = join(folder, url === '/' ? 'index.html' : decodeURIComponent(url!));
    if (!existsSync(file)) response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
      createReadStream(file).pipe(response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=60000', '--dump-dom'];
    const { stdout } = await promisify(execFile)(browser!, [...options, `http://127.0.0.1:${port}/`]);
    return stdout;
  } finally {
    server.close();
  }
}
