// The list of frames: follows the newest until someone reads an older one, and forgets the oldest.
import { drawFrame, element } from "./frame_view.js";

const linesMax = 500;
const endTolerancePx = 40;

export class WireLog {
  #list;
  #awaited = 0;
  #hasOpened = false;
  #followsEnd = true;

  constructor(list) {
    this.#list = list;
    list.addEventListener("scroll", () => {
      this.#followsEnd = list.scrollHeight - list.scrollTop - list.clientHeight < endTolerancePx;
    });
    list.addEventListener("click", () => {
      this.#followsEnd = false;
    });
  }

  // A new connection counts its frames from 0.
  begin() {
    this.#awaited = 0;
  }

  frame(frame) {
    const missed = frame.number - this.#awaited;
    if (missed > 0) this.note(`${missed} frames are not shown: they came faster than this page could draw.`);
    this.#awaited = frame.number + 1;
    const line = drawFrame(frame);
    this.#append(line);
    // The first frame shows that there is something to open.
    if (!this.#hasOpened) line.firstChild.open = this.#hasOpened = true;
  }

  note(text) {
    this.#append(element("li", { className: "note" }, text));
  }

  clear() {
    this.#list.replaceChildren();
    this.#followsEnd = true;
  }

  #append(line) {
    const list = this.#list;
    list.append(line);
    if (list.children.length > linesMax) list.firstChild.remove();
    if (this.#followsEnd) list.scrollTop = list.scrollHeight;
  }
}
