/** Keeps the reader's place while rows come and go: at the end if that is where
 *  they are, else at the row they are looking at. */

const NEAR_END_PX = 80;

export class ScrollKeeper {
  #scroller;
  #list;
  #isAtEnd = true;

  /** Whether the last row is the newest of all. Only then is the end a place to stay at:
   *  at the end of a page further up one wants to read on from there. */
  followsEnd = true;

  constructor(scroller, list) {
    this.#scroller = scroller;
    this.#list = list;
    scroller.addEventListener('scroll', () => this.#note(), { passive: true });
    // A keyboard that opens or a composer that grows must not hide the last message.
    const observer = new ResizeObserver(() => { if (this.#isAtEnd && this.followsEnd) this.toEnd(); });
    observer.observe(scroller);
    observer.observe(list);
  }

  get isAtEnd() {
    return this.#isAtEnd;
  }

  get distanceToTop() {
    return this.#scroller.scrollTop;
  }

  get distanceToEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Runs `change`, which may add and remove rows anywhere. */
  keepPlaceDuring(change) {
    if (this.#isAtEnd && this.followsEnd) {
      change();
      this.toEnd();
      return;
    }
    const anchors = this.#visibleRows();
    change();
    const anchor = anchors.find(({ row }) => row.isConnected);
    if (anchor) this.#scroller.scrollTop += this.#offsetOf(anchor.row) - anchor.offset;
  }

  /** From the next change on. */
  stayAtEnd() {
    this.#isAtEnd = true;
    this.followsEnd = true;
  }

  toEnd() {
    this.#isAtEnd = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** Puts a row a little below the upper edge. */
  toRow(row) {
    this.#scroller.scrollTop += this.#offsetOf(row) - this.#scroller.clientHeight / 5;
    this.#note();
  }

  #note() {
    this.#isAtEnd = this.distanceToEnd < NEAR_END_PX;
  }

  /** Several, because the first one may be a separator that the change removes. */
  #visibleRows() {
    const height = this.#scroller.clientHeight;
    return [...this.#list.children]
      .map((row) => ({ row, offset: this.#offsetOf(row), bottom: this.#offsetOf(row) + row.offsetHeight }))
      .filter(({ offset, bottom }) => bottom > 0 && offset < height);
  }

  #offsetOf(row) {
    return row.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
  }
}
