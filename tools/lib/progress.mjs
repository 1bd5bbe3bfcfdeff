/** Milliseconds between two lines of progress where there is no terminal to rewrite one on. */
const INTERVAL = 10_000;

/** Shows how far the tests are: failures in full at once, the rest in one line. */
export class Progress {
  #terminal = process.stdout.isTTY === true && !process.env.CI;
  #counts = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  #skipped = [];
  #shown = false;
  #lastShown = Date.now();

  /** @param {import('./tap.mjs').TestReport} test */
  test(test) {
    this.#counts[test.outcome] += 1;
    if (test.outcome === 'skipped') this.#skipped.push(test.title);
    if (test.outcome === 'failed') this.print(['', `not ok: ${test.title}`, ...test.details].join('\n'));
    this.#show(test.title);
  }

  /**
   * What the tests themselves print.
   * @param {string} text
   */
  output(text) {
    this.#clear();
    process.stderr.write(text);
  }

  /** @param {string} line */
  print(line) {
    this.#clear();
    process.stdout.write(`${line}\n`);
  }

  /** Names what was skipped, so that no one takes it for tested. */
  end() {
    this.#clear();
    for (const title of this.#skipped) this.print(`skipped: ${title}`);
  }

  /** @param {string} title */
  #show(title) {
    const now = Date.now();
    if (!this.#terminal && now - this.#lastShown < INTERVAL) return;
    this.#lastShown = now;
    const { passed, failed } = this.#counts;
    const line = `${passed} passed, ${failed} failed ... ${title}`;
    if (!this.#terminal) {
      process.stdout.write(`${line}\n`);
      return;
    }
    this.#clear();
    process.stdout.write(line.slice(0, (process.stdout.columns ?? 80) - 1));
    this.#shown = true;
  }

  /** Takes the rewritten line away. */
  #clear() {
    if (this.#shown) process.stdout.write('\r\x1b[K');
    this.#shown = false;
  }
}
