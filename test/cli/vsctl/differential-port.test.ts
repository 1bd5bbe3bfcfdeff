import { differential } from './differential.js';
import { portGroups } from './lines/ports.js';

differential(portGroups);
