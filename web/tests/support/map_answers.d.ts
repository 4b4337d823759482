import type { MapAnswer } from '../../src/model/contract';

export type MapCase = 'rich' | 'sparse' | 'one' | 'empty' | 'eight' | 'three' | 'sixty' | 'long' | 'till';
export const mapCases: MapCase[];
/** An invented answer that keeps every promise of the contract (flows add up at every basin). */
export function mapAnswer(name: MapCase): MapAnswer;
