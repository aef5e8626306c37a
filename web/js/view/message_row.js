/** The elements of the message log: messages, notices, separators. */

import { isLong } from '../core/body.js';
import { clockTime, fullTime, shortTime } from '../core/times.js';
import { avatar } from './avatar.js';
import { element } from './element.js';
import { richText } from './rich_text.js';

const STATE_TEXT = { queued: 'Waiting to send', sending: 'Sending…' };

/** `actions`: `retry(cid)`, `copy(text)`, `discard(cid)`. */
export function rowMaker(actions) {
  const makers = {
    message: (row, old) => messageRow(row, old, actions),
    notice: noticeRow,
    day: (row) => element('div', { class: 'day', data: { day: row.label } }, element('span', { text: row.label })),
    new: () => element('div', { class: 'new-line', data: { newLine: '' } }, element('span', { text: 'New' })),
  };
  return (row, old) => makers[row.kind](row, old);
}

/** The element outlives its states: a confirmation must neither flicker nor close a text
 *  that was unfolded, nor lose a selection. */
function messageRow(row, old, actions) {
  const node = old ?? element('article', { class: 'message' });
  setData(node, row);
  const kept = node.querySelector('.body');
  const body = kept ?? bodyOf(row);
  const content = element('div', { class: 'message-content' }, headOf(row), body);
  if (isLong(row.body)) content.append(unfoldButton(body));
  if (row.state !== 'sent') content.append(stateOf(row, actions));
  node.replaceChildren(row.first ? avatar(row.from) : gutterTime(row), content);
  return node;
}

function setData(node, row) {
  const data = {
    seq: row.seq, cid: row.cid, state: row.state, from: row.from.id, own: row.own, first: row.first,
    mention: row.mention,
  };
  for (const [name, value] of Object.entries(data)) {
    if (value === null || value === undefined) delete node.dataset[name];
    else node.dataset[name] = value;
  }
}

/** Who is written on every message; only the first of a group shows it. */
function headOf(row) {
  const author = element('bdi', { class: 'author', text: row.from.name });
  if (!row.first) return element('div', { class: 'visually-hidden' }, author);
  const head = element('div', { class: 'message-head' }, author);
  if (row.own) head.append(element('span', { class: 'author-you', text: 'you' }));
  head.append(timeOf(row));
  return head;
}

function timeOf(row) {
  return element('time', {
    text: clockTime(row.ts), datetime: new Date(row.ts).toISOString(), title: fullTime(row.ts),
  });
}

function gutterTime(row) {
  const time = timeOf(row);
  time.className = 'gutter-time';
  time.textContent = shortTime(row.ts);
  return time;
}

function bodyOf(row) {
  const body = element('div', { class: 'body', dir: 'auto' }, ...richText(row.body));
  if (isLong(row.body)) body.dataset.folded = 'true';
  return body;
}

function unfoldButton(body) {
  const text = () => (body.dataset.folded === 'true' ? 'Show more' : 'Show less');
  const button = element('button', { class: 'link-button', type: 'button', text: text() });
  button.addEventListener('click', () => {
    body.dataset.folded = String(body.dataset.folded !== 'true');
    button.textContent = text();
  });
  return button;
}

function stateOf(row, actions) {
  const state = element('div', { class: 'message-state' });
  if (row.state !== 'failed') {
    state.textContent = STATE_TEXT[row.state];
    return state;
  }
  const action = (name, text, run) =>
    element('button', { class: 'link-button', type: 'button', text, data: { action: name }, on: { click: run } });
  state.append(
    element('span', { text: `Not sent: ${row.reason ?? 'refused'}` }),
    action('retry', 'Retry', () => actions.retry(row.cid)),
    action('copy', 'Copy', () => actions.copy(row.body)),
    action('delete', 'Delete', () => actions.discard(row.cid)));
  return state;
}

function noticeRow(row) {
  return element('div', { class: 'notice', data: { seq: row.seq }, title: fullTime(row.ts) },
    element('bdi', { text: row.from.name }), ` ${row.text}`);
}
