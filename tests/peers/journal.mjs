// What the peer received, in order, and waiting for what has not come yet.

export class Journal {
  #entries = [];
  #waiters = new Set();

  /** Every entry that has all the wanted values, such as { type: "Accept" }. */
  matching(wanted) {
    return this.#entries.filter((entry) => Object.entries(wanted).every(([name, value]) => entry[name] === value));
  }

  add(entry) {
    this.#entries.push(entry);
    for (const wake of this.#waiters) wake();
  }

  /** At least `count` matching entries, or those that came within `seconds`. */
  async wait(wanted, count, seconds) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const found = this.matching(wanted);
      const left = deadline - Date.now();
      if (found.length >= count || left <= 0) return found;
      await this.#next(left);
    }
  }

  #next(milliseconds) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#waiters.add(wake);
    });
  }
}
