// The little of TAP 13 that AVA writes, https://testanything.org/tap-version-13-specification.html

/**
 * One reported test. `details` is what follows its line: comments and the YAML block of the error.
 * @typedef {{ title: string, outcome: 'passed' | 'failed' | 'skipped', details: string[] }} TestReport
 */

/** Reads a TAP stream as it comes, and counts. */
export class TapReader {
  passed = 0;
  failed = 0;
  skipped = 0;
  #rest = '';
  #index = 0;
  #todo = 0;
  /** @type {number | undefined} */
  #declaredFailures;
  /** @type {TestReport | undefined} */
  #current;
  #onTest;

  /** @param {(test: TestReport) => void} onTest gets each test once all of it has been read */
  constructor(onTest) {
    this.#onTest = onTest;
  }

  /** @param {string} chunk */
  write(chunk) {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  end() {
    if (this.#rest) this.#line(this.#rest);
    this.#rest = '';
    this.#flush();
  }

  /**
   * What the runner counts as failures without a line for each, such as tests that never settled. Undefined when the
   * stream ended before its summary.
   */
  get unreportedFailures() {
    return this.#declaredFailures === undefined ? undefined : Math.max(0, this.#declaredFailures - this.failed);
  }

  /** @param {string} line */
  #line(line) {
    const test = /^(not )?ok (\d+) - (.*?)(?: # (SKIP|TODO))?$/.exec(line);
    // Tests are numbered one by one: a line that only looks like one, out of a test's own output, does not fit.
    if (test && Number(test[2]) === this.#index + 1) {
      this.#flush();
      this.#index += 1;
      const outcome = test[4] ? 'skipped' : test[1] ? 'failed' : 'passed';
      this[outcome] += 1;
      this.#current = { title: test[3] ?? '', outcome, details: [] };
      if (test[4] === 'TODO') this.#todo += 1;
      return;
    }
    const declared = /^# fail (\d+)$/.exec(line);
    // AVA counts what is still to be written as failed here, though not in its exit status.
    if (declared) this.#declaredFailures = Number(declared[1]) - this.#todo;
    else if (/^(1\.\.\d+|# (tests|pass|skip) \d+|TAP version 13)$/.test(line)) this.#flush();
    else this.#current?.details.push(line);
  }

  #flush() {
    const test = this.#current;
    this.#current = undefined;
    if (test) this.#onTest(test);
  }
}
