import { differential } from './differential.js';
import { grammarGroups } from './lines/grammar.js';

differential(grammarGroups);
