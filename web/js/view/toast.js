/** Short notes that go away by themselves. */

import { byId, element } from './element.js';

const SHOWN_MS = 5000;

export function toast(text) {
  const note = element('div', { class: 'toast', text });
  byId('toasts').replaceChildren(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
