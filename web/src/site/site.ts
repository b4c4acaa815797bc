/** What pages do better with a script than without: every one of them works if this never arrives. */
import './site.scss';
import { enhanceCopying } from './copying.ts';
import { showFaults } from './faults.ts';
import { enhanceLiveForms } from './live-form.ts';

enhanceCopying(document);
enhanceLiveForms(document);
showFaults(document);
