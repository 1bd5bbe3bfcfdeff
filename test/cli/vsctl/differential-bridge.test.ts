import { differential } from './differential.js';
import { bridgeGroups } from './lines/bridges.js';

differential(bridgeGroups);
