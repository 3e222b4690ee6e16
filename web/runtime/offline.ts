// Has the site's service worker (web/offline/sw.ts) keep the pages that are opened, and all of the
// course on request. Not inside a learning system, whose packages have no such worker, and not on the
// machine of who writes the course, where files change all the time.

import { usableBuilds } from './features.js';

/** As in sw.ts. */
interface Answer {
  kept: number;
  files: number;
  bytes: number;
}

const isWanted =
  'serviceWorker' in navigator &&
  window.parent === window &&
  !['127.0.0.1', 'localhost'].includes(location.hostname);

/** Whether the reader has asked for few bytes. */
const isSaving = () =>
  (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false;

async function start(): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) {
    serviceWorker.addEventListener('controllerchange', () => location.reload());
  }
  const address = new URL('../sw.js', import.meta.url);
  const registration = await serviceWorker.register(address).catch(() => null);
  if (!registration) return; // no storage: the course needs the network then
  takeOver(registration);
  const { active } = await serviceWorker.ready;
  const usable = usableBuilds();
  const engine = typeof usable === 'string' ? 'simd' : usable[0]!;
  setUpButton((type) => ask(active!, { type, engine }));
  if (!isSaving()) await ask(active!, { type: 'keep', page: location.href, engine });
}

/**
 * A page that has just been opened can still begin anew with a new version, if no other page shows the
 * old one. One that stands for a page which only the new version has (offline.njk) waits for that.
 */
function takeOver(registration: ServiceWorkerRegistration): void {
  const offer = () => registration.waiting?.postMessage({ type: 'take over' });
  offer();
  if (document.querySelector('[data-stand-in]')) setInterval(offer, 1000);
}

/** Asks the worker, and waits for its answer. */
function ask(worker: ServiceWorker, request: object): Promise<Answer> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
    worker.postMessage(request, [port2]);
  });
}

/** The button of the course page. */
function setUpButton(tell: (type: 'state' | 'keep all') => Promise<Answer>): void {
  const home = document.getElementById('offline');
  const button = home?.querySelector('button');
  const status = home?.querySelector('[role="status"]');
  if (!home || !button || !status) return;
  const show = ({ kept, files, bytes }: Answer, asked: boolean) => {
    const whole = kept === files;
    button.hidden = whole;
    button.textContent = `Keep the whole course in this browser (${(bytes / 1e6).toFixed(1)} MB)`;
    status.textContent = whole
      ? 'The whole course is kept in this browser: it can be read, run and practised without a network.'
      : asked
        ? `Only ${kept} of ${files} files could be kept. Is there a network, and room?`
        : '';
    home.hidden = false;
  };
  button.addEventListener('click', () => {
    button.disabled = true;
    status.textContent = 'Fetching the course …';
    void tell('keep all').then((answer) => {
      button.disabled = false;
      show(answer, true);
    });
  });
  void tell('state').then((answer) => show(answer, false));
}

if (isWanted) {
  // What the page itself needs goes first; a page that a worker serves has it already.
  if (document.readyState === 'complete' || navigator.serviceWorker.controller) void start();
  else addEventListener('load', () => void start());
}
