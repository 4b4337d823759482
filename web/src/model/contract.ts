// The HTTP contract of Viaggio as the screen sees it. Answers are the types generated from
// docs/api/openapi.yaml (npm run types); questions and configuration, which the screen itself
// writes, are stated more narrowly here, and the end of this file makes the compiler check that
// they fit the contract. Types only.
import type { Label } from '@/base/i18n';
import type { components } from './openapi';

type Schemas = components['schemas'];

export type { Label };

// ---- Answers ----
export type Session = Schemas['Session'];
export type Workspace = Schemas['Workspace'];
export type Settings = Schemas['Settings'];
export type Key = Schemas['Key'];
export type TouchpointGroup = Schemas['TouchpointGroup'];
export type EventName = Schemas['EventName'];
export type TouchpointName = Schemas['TouchpointName'];
export type StageName = Schemas['StageName'];
export type StageModelName = Schemas['StageModelName'];
export type PropertyName = Schemas['PropertyName'];
export type Vocabulary = Schemas['Vocabulary'];
export type TimeRange = Schemas['TimeRange'];
export type FunnelStep = Schemas['FunnelStep'];
export type FunnelAnswer = Schemas['FunnelAnswer'];
export type TrendAnswer = Schemas['TrendAnswer'];
export type StagesAnswer = Schemas['StagesAnswer'];
export type TransitionsAnswer = Schemas['TransitionsAnswer'];
export type Cohort = Schemas['Cohort'];
export type ValueAnswer = Schemas['ValueAnswer'];
export type ValueSegment = Schemas['ValueSegment'];
export type Forecast = Schemas['Forecast'];
export type ForecastHoldout = Schemas['ForecastHoldout'];
export type ForecastCustomer = Schemas['ForecastCustomer'];
export type NoForecast = Schemas['NoForecast'];
export type RetentionAnswer = Schemas['RetentionAnswer'];
export type LifecycleAnswer = Schemas['LifecycleAnswer'];
export type PathsAnswer = Schemas['PathsAnswer'];
export type PathsQuestion = Schemas['PathsQuestion'];
export type VariantsAnswer = Schemas['VariantsAnswer'];
export type VariantsQuestion = Schemas['VariantsQuestion'];
export type SavedReport = Schemas['Report'];
export type SavedDashboard = Schemas['Dashboard'];
export type Annotation = Schemas['Annotation'];
export type SqlTables = Schemas['SqlTables'];
export type QuestionToWrite = Schemas['QuestionToWrite'];
export type QuestionInSql = Schemas['QuestionInSql'];
export type SqlAnswer = Schemas['SqlAnswer'];
export type AttributionModel = Schemas['AttributionModel'];
export type AttributionKey = Schemas['AttributionKey'];
export type AttributionAnswer = Schemas['AttributionAnswer'];
export type FlowKind = Schemas['FlowKind'];
export type MapStage = Schemas['MapStage'];
export type MapFlow = Schemas['MapFlow'];
export type MapRow = Omit<Schemas['MapRow'], 'reason'> & { reason: 'drop_off' | 'feeling' | null };
export type Emotion = Schemas['Emotion'];
export type MapCell = Schemas['MapCell'];
export type MapHeadline = Omit<Schemas['MapHeadline'], 'device'> & { device: 'mobile' | 'desktop' | null };
export type MapAnswer = Omit<Schemas['MapAnswer'], 'rows' | 'headlines'> & { rows: MapRow[]; headlines: MapHeadline[] };
export type PeopleAnswer = Omit<Schemas['PeopleAnswer'], 'next'> & { next: { row?: string; stage?: string; label: Label; customers: number; share: number }[] };
export type Identifier = Schemas['Identifier'];
export type CustomerSummary = Schemas['CustomerSummary'];
export type CustomersPage = Schemas['CustomersPage'];
export type Customer = Schemas['Customer'];
export type TimelineEvent = Schemas['TimelineEvent'];
export type TimelinePage = Schemas['TimelinePage'];
export type IdentityNode = Omit<Schemas['IdentityNode'], 'id'> & { id: string | number };
export type IdentityLink = Omit<Schemas['IdentityLink'], 'id' | 'a' | 'b'> & { id: string | number; a: string | number; b: string | number };
export type IdentityConflict = Omit<Schemas['IdentityConflict'], 'id'> & { id: string | number };
export type IdentityAnswer = Omit<Schemas['IdentityAnswer'], 'links' | 'nodes' | 'conflicts'> & { nodes: IdentityNode[]; links: IdentityLink[]; conflicts: IdentityConflict[] };
export type IdentityPolicy = Schemas['IdentityPolicy'];
export type SharedValue = Schemas['SharedValues']['values'][number];
export type IdentitySide = Schemas['IdentitySide'];
export type IdentityPreview = Schemas['IdentityPreview'];
export type LiveEvent = Schemas['LiveEvent'];
export type RejectedEvent = Schemas['RejectedEvent'];
export type LiveCounters = Schemas['LiveCounters'];
export type LiveRecent = Schemas['LiveRecent'];
export type ImportColumn = Schemas['ImportColumn'];
export type ImportPreview = Schemas['ImportPreview'];
export type ImportJob = Schemas['ImportJob'];
export type SavedMapping = Schemas['SavedMapping'];
export type TouchpointDefinition = Schemas['TouchpointDefinition'];
export type ReclassifiedEvent = Schemas['ReclassifiedEvent'];
export type TouchpointPreview = Schemas['TouchpointPreview'];

// ---- What the screen writes ----
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  /** Stable, snake_case. */
  code?: string;
  /** The one input to blame. */
  field?: string;
}

export type FilterOp =
  | 'eq' | 'neq' | 'in' | 'not_in' | 'contains' | 'not_contains' | 'starts_with' | 'regex'
  | 'gt' | 'gte' | 'lt' | 'lte' | 'exists' | 'not_exists';

export type FilterValue = string | number | boolean | (string | number)[];

export interface FieldFilter {
  field: string;
  op: FilterOp;
  value?: FilterValue;
}

export type Filter = FieldFilter | { any: Filter[] };

export interface Selector {
  event?: string;
  any_of?: string[];
  all?: true;
  where?: Filter[];
}

export interface QuestionCommon {
  as_of?: string;
  range?: TimeRange;
  timezone?: string;
  where?: Filter[];
  breakdown?: { by: string; limit?: number };
}

export interface Answered {
  epoch: string;
  elapsed_ms: number;
}

export interface FunnelQuestion extends Omit<QuestionCommon, 'breakdown'> {
  steps: (Selector & { label?: string; optional?: boolean; window?: string })[];
  window?: string;
  order?: 'ordered' | 'strict' | 'any';
  count_by?: string;
  /** Steps by their number in the question; between two required steps. */
  exclude?: (Selector & { after_step: number; before_step: number; mode?: 'attempt' | 'customer' })[];
  /** The field whose value all steps share. */
  hold?: string;
  occurrence?: 'any' | 'first_ever' | 'first_matching';
  breakdown?: { by: string; limit?: number; touch?: 'first' | 'last' | 'all' | 'step'; step?: number };
  people?: { step: number; state: 'reached' | 'dropped'; limit: number };
}

export type TrendMeasure = 'events' | 'customers' | 'sum' | 'mean' | 'median' | 'p90' | 'min' | 'max';

export type Interval = 'hour' | 'day' | 'week' | 'month';

export interface TrendQuestion extends QuestionCommon {
  series: (Selector & { measure: TrendMeasure; field?: string; label?: string })[];
  interval: Interval;
}

export interface StagesQuestion extends QuestionCommon {
  model: string;
}

export interface TransitionsQuestion extends QuestionCommon {
  unit?: 'session' | 'customer';
  session_gap?: string;
  node: string;
  collapse_repeats?: boolean;
  /** Distinct people and times cost more, so they are asked for by name. */
  include?: ('customers' | 'times')[];
}

export interface MapQuestion extends QuestionCommon {
  model: string;
  rows?: 'touchpoint' | 'channel';
  compare?: { range: TimeRange };
}

export type RetentionQuestion = Omit<Schemas['RetentionQuestion'], 'start' | 'return' | 'where'> & { start: Selector; return?: Selector; where?: Filter[] };
export type LifecycleQuestion = Omit<Schemas['LifecycleQuestion'], 'selector' | 'where'> & { selector?: Selector; where?: Filter[] };
export type AttributionQuestion = Omit<Schemas['AttributionQuestion'], 'conversion' | 'where'> & { conversion?: Selector; where?: Filter[] };

export type ValueQuestion = Omit<Schemas['ValueQuestion'], 'orders' | 'where'> & { orders?: Selector; where?: Filter[] };

export interface PeopleQuestion {
  question: ({ kind: 'map' } & MapQuestion) | ({ kind: 'retention' } & RetentionQuestion) | ({ kind: 'value' } & ValueQuestion) | ({ kind: 'paths' } & PathsQuestion) | ({ kind: 'variants' } & VariantsQuestion);
  /** A mark of the map. */
  select?: { stage?: string; row?: string; flow?: { from: string | null; to: string | null; kind: FlowKind } };
  limit?: number;
  cursor?: string;
}

export type Mapping = Record<string, unknown>;

export interface StageRule {
  event: Selector;
  min?: number;
}

export interface StageDefinition {
  id: string;
  label: Label;
  rules: StageRule[];
  dormancy?: string;
  return_signal?: boolean;
  goal?: string;
  /** The share of people that should go on, 0 to 1. */
  target?: number;
  owner?: string;
}

export interface StageModel {
  id: string;
  label: Label;
  subject: 'relationship' | 'journey';
  mode: 'free' | 'forward' | 'recency';
  window: string;
  stages: StageDefinition[];
}

export interface TouchpointRule {
  where: Filter[];
  touchpoint: string;
}

export interface ChannelRule {
  where: Filter[];
  channel: string;
}

export interface TouchpointConfig {
  touchpoints: TouchpointDefinition[];
  rules: TouchpointRule[];
  channel_rules: ChannelRule[];
}

// ---- The narrow types fit the contract ----
type Fits<Wire, Own extends Wire> = [Wire, Own];

export type Checked = [
  Fits<Schemas['FieldFilter'], FieldFilter>,
  Fits<Schemas['Filter'], Filter>,
  Fits<Schemas['Selector'], Selector>,
  Fits<Schemas['FunnelQuestion'], FunnelQuestion>,
  Fits<Schemas['TrendQuestion'], TrendQuestion>,
  Fits<Schemas['StagesQuestion'], StagesQuestion>,
  Fits<Schemas['TransitionsQuestion'], TransitionsQuestion>,
  Fits<Schemas['MapQuestion'], MapQuestion>,
  Fits<Schemas['RetentionQuestion'], RetentionQuestion>,
  Fits<Schemas['LifecycleQuestion'], LifecycleQuestion>,
  Fits<Schemas['AttributionQuestion'], AttributionQuestion>,
  Fits<Schemas['ValueQuestion'], ValueQuestion>,
  Fits<Schemas['PeopleQuestion'], PeopleQuestion>,
  Fits<Schemas['StageModel'], StageModel>,
  Fits<Schemas['TouchpointConfig'], TouchpointConfig>,
];
