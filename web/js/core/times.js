/** Times as people say them, in their own language and zone. */

const DAY_MS = 86_400_000;

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const yearFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });

export function clockTime(ts) {
  return clockFormat.format(ts);
}

/** The same without "AM" or "PM", where there is little room. */
export function shortTime(ts) {
  return clockFormat.formatToParts(ts)
    .filter(({ type }) => type !== 'dayPeriod').map(({ value }) => value).join('').trim();
}

export function fullTime(ts) {
  return fullFormat.format(ts);
}

/** "Today", "Yesterday", or the date. */
export function dayName(ts, nowMs) {
  if (isSameDay(ts, nowMs)) return 'Today';
  if (isSameDay(ts, nowMs - DAY_MS)) return 'Yesterday';
  const isRecent = new Date(ts).getFullYear() === new Date(nowMs).getFullYear();
  return (isRecent ? dayFormat : yearFormat).format(ts);
}

function isSameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
