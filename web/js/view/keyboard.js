/** The keys that work everywhere on the page. */

import { isAnyDialogOpen } from './dialogs.js';

/** `actions`: `switchRoom`, `stepRoom(by)`, `help`, `escape`, `write`. */
export function wireKeyboard(actions) {
  document.addEventListener('keydown', (event) => {
    if (isAnyDialogOpen() || event.isComposing) return;
    const action = actionFor(event, actions);
    if (!action) return;
    event.preventDefault();
    action();
  });
  // A letter typed while nothing is being edited belongs into the message.
  document.addEventListener('keydown', (event) => {
    if (!event.defaultPrevented && isWriting(event) && !isAnyDialogOpen()) actions.write();
  });
}

function actionFor(event, actions) {
  const { key, altKey } = event;
  const command = event.ctrlKey || event.metaKey;
  if (command && !altKey && key.toLowerCase() === 'k') return actions.switchRoom;
  if (altKey && !command && key === 'ArrowUp') return () => actions.stepRoom(-1);
  if (altKey && !command && key === 'ArrowDown') return () => actions.stepRoom(1);
  if (key === 'Escape') return actions.escape;
  if (key === '?' && !isEditing(event.target)) return actions.help;
  return null;
}

function isWriting({ key, target, ctrlKey, metaKey, altKey }) {
  const isLetter = [...key].length === 1 && key !== ' ';
  return isLetter && !ctrlKey && !metaKey && !altKey && !isEditing(target);
}

function isEditing(target) {
  return target.closest('input, textarea') !== null;
}
