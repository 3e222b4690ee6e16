// Shows what the reader has done beside every [data-asked], which names its lesson and counts the
// questions that the lesson asks: in the sidebar, on the course page and in the head of a lesson.

import { doneByLesson, type Done } from './progress.js';
import { onChange } from './store.js';

const homes = [...document.querySelectorAll<HTMLElement>('[data-asked]')];

async function show(): Promise<void> {
  const done = await doneByLesson();
  for (const home of homes) {
    const lessonDone = done.get(home.dataset['lesson'] ?? '');
    home.querySelector('.progress')?.remove();
    if (lessonDone && lessonDone.answered > 0) home.append(mark(home, lessonDone));
  }
}

function mark(home: HTMLElement, { answered, right }: Done): HTMLElement {
  const asked = Number(home.dataset['asked']);
  const count = Math.min(answered, asked); // a question may have left the lesson since
  const sentence =
    `${count} of ${asked} ${asked === 1 ? 'question' : 'questions'} answered, ` +
    `${Math.min(right, count)} right at the first try`;
  const element = document.createElement('span');
  element.className = 'progress';
  if ('long' in home.dataset) {
    element.textContent = ` · ${sentence}`;
    return element;
  }
  const short = document.createElement('span');
  short.ariaHidden = 'true';
  short.textContent = count === asked ? '✓' : `${count}/${asked}`;
  const spoken = document.createElement('span');
  spoken.className = 'visually-hidden';
  spoken.textContent = ` (${sentence})`;
  element.title = sentence;
  element.append(short, spoken);
  return element;
}

if (homes.length > 0) {
  void show();
  onChange(() => void show());
  addEventListener('pageshow', ({ persisted }) => persisted && void show());
}
