import type { LinkOptions } from './common.js';

/** Takes every frame and forgets it. */
export interface DummySpec extends LinkOptions {
  kind: 'dummy';
  name: string;
}
