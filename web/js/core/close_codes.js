/** What a close code means for the person in front of the page.
 *  From 4500 on the server has made up its mind: trying again by ourselves
 *  would only repeat the refusal, so a person has to choose. */

export const CLOSE_SILENT = 4002;
export const CLOSE_TAKEN_OVER = 4004;
export const CLOSE_AUTH_FAILED = 4501;

const FINAL_FROM = 4500;
const FINAL_TO = 4999;

const EXPLANATIONS = {
  4500: ['Something does not fit', 'The server did not understand this page. Reloading usually helps.', 'reload'],
  4502: ['You cannot take part here', 'A moderator has closed this chat to you.', null],
  4503: ['You were signed out', 'This session was ended from elsewhere.', 'rename'],
  4504: ['The greeting took too long', 'The connection was opened, but the hello did not arrive in time.', 'retry'],
  4505: ['A newer version is here', 'This page is older than the server. Reload to get the new one.', 'reload'],
  4506: ['Too many connections', 'The server has reached its limit for you. Close another window, then try again.', 'retry'],
};

const GENERIC = ['The server closed the chat', 'It asked not to be contacted again automatically.', 'retry'];

export function isFinal(code) {
  return code >= FINAL_FROM && code <= FINAL_TO;
}

/** Title, text and the action to offer (`reload`, `rename`, `retry` or null). */
export function explainClose(code) {
  const [title, text, action] = EXPLANATIONS[code] ?? GENERIC;
  return { title, text, action };
}
