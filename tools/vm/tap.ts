export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const TEST_POINT = /^(not )?ok \d+(.*)$/;
const DIRECTIVE = / # (SKIP|TODO)\b/i;
/** What a stream says of itself as a whole; the merged one has its own. */
const FRAME = /^(TAP version \d+|1\.\.\d+|# (tests|pass|fail|skip|todo) \d+|\s*‼ Using configuration.*|)$/;

/**
 * Joins the TAP streams of AVA processes that run side by side into one: a test keeps its diagnostics, the numbers run
 * through. TAP 13, as AVA writes it.
 */
export class TapMerger {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #write: (line: string) => void;
  #number = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
    write('TAP version 13');
  }

  /** One stream: its lines in order, then `end`. A test is written when it is whole. */
  source(): { line(line: string): void; end(): void } {
    let block: string[] = [];
    const flush = () => {
      const [head, ...diagnostics] = block;
      block = [];
      if (head === undefined) return;
      const [, not, rest = ''] = TEST_POINT.exec(head)!;
      this.#test(not === undefined, rest);
      for (const line of diagnostics) this.#write(line);
    };
    return {
      line: (line) => {
        if (block.length > 0 && /^\s+\S/.test(line)) block.push(line);
        else {
          flush();
          if (TEST_POINT.test(line)) block.push(line);
          else if (!FRAME.test(line)) this.#write(line);
        }
      },
      end: flush,
    };
  }

  /** A failure that no stream could tell. */
  fail(title: string): void {
    this.#test(false, ` - ${title}`);
  }

  end(): void {
    this.#write(`1..${this.#number}`);
  }

  #test(ok: boolean, rest: string): void {
    if (DIRECTIVE.test(rest)) this.counts.skipped++;
    else if (ok) this.counts.passed++;
    else this.counts.failed++;
    this.#write(`${ok ? '' : 'not '}ok ${++this.#number}${rest}`);
  }
}
