// Past attempts as a small figure, with the same numbers as a table.

import type { Attempt } from './records.js';

const namespace = 'http://www.w3.org/2000/svg';

function svg(name: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text) element.textContent = text;
  return element;
}

export const percent = (right: number, asked: number) =>
  `${asked === 0 ? 0 : Math.round((100 * right) / asked)} %`;

const dateText = (time: number) =>
  new Date(time).toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' });

/** The share right of each attempt, oldest first; `width` in CSS pixels. */
export function attemptsChart(attempts: Attempt[], width: number): HTMLElement {
  const figure = document.createElement('figure');
  figure.className = 'attempts';
  figure.append(drawing(attempts.slice(-24), Math.max(width, 240)), table(attempts));
  return figure;
}

function drawing(attempts: Attempt[], width: number): SVGElement {
  const [height, left, bottom, top] = [180, 48, 24, 10];
  const x = (k: number) => left + ((k + 0.5) / Math.max(attempts.length, 4)) * (width - left - 12);
  const y = (share: number) => top + (1 - share) * (height - top - bottom);
  const figure = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': 'Share of right answers in past attempts; the table has the numbers.',
  });
  for (const share of [0, 0.5, 1]) {
    figure.append(
      svg('line', { class: 'rule', x1: left, x2: width - 12, y1: y(share), y2: y(share) }),
      svg('text', { x: left - 8, y: y(share) + 4, 'text-anchor': 'end' }, percent(share, 1)),
    );
  }
  const points = attempts.map(({ right, total }, k) => [x(k), y(right / Math.max(total, 1))]);
  figure.append(svg('polyline', { points: points.map((point) => point.join(',')).join(' ') }));
  for (const [cx, cy] of points) figure.append(svg('circle', { cx: cx!, cy: cy!, r: 4 }));
  figure.append(svg('text', { x: left, y: height - 4 }, 'earlier'));
  figure.append(svg('text', { x: width - 12, y: height - 4, 'text-anchor': 'end' }, 'later'));
  return figure;
}

function table(attempts: Attempt[]): HTMLElement {
  const scroller = document.createElement('div');
  scroller.className = 'table-scroll';
  [scroller.role, scroller.ariaLabel, scroller.tabIndex] = ['region', 'Past attempts, a table', 0];
  const rows = document.createElement('table');
  const head = rows.createTHead().insertRow();
  for (const name of ['Day', 'Right', 'Share', 'Time', 'Weakest topic', 'Paper']) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = name;
    head.append(cell);
  }
  const body = rows.createTBody();
  for (const attempt of [...attempts].reverse()) {
    const row = body.insertRow();
    const minutes = Math.max(1, Math.round(attempt.seconds / 60));
    row.insertCell().textContent = dateText(attempt.finished);
    row.insertCell().textContent = `${attempt.right} of ${attempt.total}`;
    row.insertCell().textContent = percent(attempt.right, attempt.total);
    row.insertCell().textContent = `${minutes} min`;
    row.insertCell().textContent = weakest(attempt.topics);
    const again = document.createElement('a');
    again.href = `?${attempt.paper}`;
    again.textContent = 'Again';
    again.ariaLabel = `The paper of ${dateText(attempt.finished)} again`;
    row.insertCell().append(again);
  }
  scroller.append(rows);
  return scroller;
}

function weakest(topics: Attempt['topics']): string {
  const missed = Object.entries(topics)
    .filter(([, [right, asked]]) => right < asked)
    .sort(([, a], [, b]) => a[0] / a[1] - b[0] / b[1]);
  return missed[0]?.[0].replaceAll('-', ' ') ?? '–';
}

/** The score of one attempt by topic: a bar and the numbers. */
export function topicScores(topics: Attempt['topics']): HTMLElement {
  const list = document.createElement('ul');
  list.className = 'topic-scores';
  for (const [topic, [right, asked]] of Object.entries(topics)) {
    const entry = document.createElement('li');
    const name = document.createElement('span');
    name.textContent = topic.replaceAll('-', ' ');
    const bar = document.createElement('meter');
    [bar.min, bar.max, bar.value] = [0, asked, right];
    bar.ariaLabel = `${name.textContent}: ${right} of ${asked} right`;
    const score = document.createElement('span');
    score.textContent = `${right} of ${asked}`;
    entry.append(name, bar, score);
    list.append(entry);
  }
  return list;
}
