// Mouse, pen and touch over a view's picture, sent to the worker. Keys go to the twin's controls.

import type { Input } from './protocol.js';

/**
 * Follows what happens over `stage` while `active()`. The controls of the twin lie over the
 * picture, so listeners capture: pointers go to the picture, keyboard and assistive technology to
 * the controls.
 */
export function followPointer(
  stage: HTMLElement,
  active: () => boolean,
  send: (input: Input, event: Event) => void,
): void {
  const capture = { capture: true, passive: false };
  const listen = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    hear: (event: HTMLElementEventMap[Name]) => void,
  ) =>
    stage.addEventListener(
      name,
      (event) => {
        if (active() && !isTextBox(event.target)) hear(event);
      },
      capture,
    );

  const pointer = (event: PointerEvent, kind: (Input & { type: 'pointer' })['kind']) => {
    const { left, top } = stage.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const touch = event.pointerType !== 'mouse';
    send({ type: 'pointer', kind, x, y, button: 0, touch }, event);
  };
  const ours = (event: PointerEvent) => event.isPrimary && event.button <= 0;

  listen('pointermove', (event) => {
    if (event.isPrimary) pointer(event, 'move');
  });
  listen('pointerdown', (event) => {
    if (!ours(event)) return;
    // A drag goes on outside of the stage.
    stage.setPointerCapture(event.pointerId);
    takeFocus(stage, event.target);
    pointer(event, 'move');
    pointer(event, 'down');
  });
  listen('pointerup', (event) => {
    if (!ours(event)) return;
    pointer(event, 'up');
    if (event.pointerType !== 'mouse') pointer(event, 'leave');
  });
  // The browser took the finger for scrolling: let go somewhere where nothing is.
  listen('pointercancel', (event) => {
    if (!event.isPrimary) return;
    pointer(event, 'leave');
    pointer(event, 'up');
  });
  stage.addEventListener('pointerleave', (event) => {
    if (active() && event.buttons === 0) pointer(event, 'leave');
  });
  // Neither the controls' own dragging nor text selection; touch-action decides what scrolls.
  listen('mousedown', (event) => event.preventDefault());
  listen('touchstart', (event) => {
    if (event.target instanceof HTMLInputElement) event.preventDefault();
  });
}

const isTextBox = (target: EventTarget | null) =>
  target instanceof HTMLInputElement && target.type === 'text';

/** The control under the pointer takes the focus, so that the keyboard can go on from there. */
function takeFocus(stage: HTMLElement, target: EventTarget | null): void {
  const control = target instanceof Element ? target.closest<HTMLElement>('input, button') : null;
  const focused = document.activeElement;
  if (control) control.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
  else if (focused instanceof HTMLElement && stage.contains(focused)) focused.blur();
}
