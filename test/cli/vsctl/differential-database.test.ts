import { differential } from './differential.js';
import { databaseGroups } from './lines/database.js';

differential(databaseGroups);
